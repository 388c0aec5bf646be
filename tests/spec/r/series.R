# Expected values of test_series.py.  R 4.2.2, sandwich 3.0-2.  From the project's root: Rscript tests/spec/r/series.R
suppressMessages(library(sandwich))
number <- function(...) cat(sprintf("%.12f", c(...)), "\n")

# Process chart of the Nile's flow, limits from the first 20 years; point by point.
x <- as.numeric(Nile); base <- x[1:20]
ranges <- c(); for (t in 2:20) ranges <- c(ranges, abs(base[t] - base[t - 1]))
d2 <- 2 / sqrt(pi); reach <- 3 * mean(ranges) / d2
cat("Nile chart: "); number(mean(base), mean(base) - reach, mean(base) + reach, mean(ranges), mean(ranges) * (1 + 3 * sqrt(2 - 4 / pi) / d2))
run <- 0; before <- 0; eight <- c()
for (t in seq_along(x)) {
  side <- sign(x[t] - mean(base)); run <- if (side != 0 && side == before) run + 1 else 1; before <- side
  if (side != 0 && run >= 8) eight <- c(eight, 1870 + t)
}
cat("beyond:", (1871:1970)[abs(x - mean(base)) > reach], "\neight on one side:", eight, "\n")

segmented <- function(y, place, lag) {
  t <- seq_along(y) - 1 - place; D <- as.numeric(t >= 0)
  fit <- lm(y ~ t + D + I(D * t)); V <- NeweyWest(fit, lag = lag, prewhite = FALSE, adjust = TRUE)
  b <- coef(fit); se <- sqrt(diag(V)); q <- qt(.975, fit$df.residual)
  for (k in c(3, 4, 2)) number(b[k], se[k], b[k] - q * se[k], b[k] + q * se[k], 2 * pt(-abs(b[k] / se[k]), fit$df.residual))
}
cat("Nile, 1899, lag 3\n"); segmented(as.numeric(Nile), 28, 3)
cat("Nile, 1899, lag 0\n"); segmented(as.numeric(Nile), 28, 0)
# Belts were made compulsory in February 1983: the 170th month.
cat("UKDriverDeaths, 1983-02, lag 12\n"); segmented(as.numeric(UKDriverDeaths), 169, 12)
cat("Nile 1891-1906, 1899, lag 1\n"); segmented(as.numeric(window(Nile, 1891, 1906)), 8, 1)

# Missing years: scores of zero in the sum, lags of calendar time; n and n - 4 count measured years.
y <- as.numeric(window(Nile, 1881, 1920)); y[c(4, 5, 11, 25, 33)] <- NA; place <- 18; lag <- 3
t <- seq_along(y) - 1 - place; D <- as.numeric(t >= 0); X <- cbind(1, t, D, D * t); m <- !is.na(y)
b <- solve(crossprod(X[m, ]), crossprod(X[m, ], y[m])); score <- matrix(0, length(y), 4); score[m, ] <- X[m, ] * as.numeric(y[m] - X[m, ] %*% b)
S <- crossprod(score)
for (l in 1:lag) for (s in (l + 1):length(y)) S <- S + (1 - l / (lag + 1)) * (score[s, ] %o% score[s - l, ] + score[s - l, ] %o% score[s, ])
A <- solve(crossprod(X[m, ])); se <- sqrt(diag(A %*% S %*% A) * sum(m) / (sum(m) - 4))
cat("Nile 1881-1920 with gaps, 1899, lag 3\n"); number(b[3], se[3]); number(b[4], se[4])
