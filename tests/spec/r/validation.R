# The rows of data/public/validation.csv whose kind is "r", and what stands beside the published ones.
# R 4.2.2, MASS 7.3-58.2, vcd 1.4-11, sandwich 3.0-2, clubSandwich 0.5.8, ordinal 2022.11-16, coin 1.4-2.
# The data are those of the R packages, not the files under data/public.  From the project's root: Rscript tests/spec/r/validation.R
suppressMessages({ library(MASS); library(vcd); library(sandwich); library(clubSandwich); library(ordinal); library(coin) })

show <- function(survey, quantity, value) cat(sprintf("%s,%s,%.12f\n", survey, quantity, value))
people <- function(counts) counts[rep(seq_len(nrow(counts)), counts$Freq), ]
# HC2 of a contrast of cell means, and Satterthwaite's degrees of freedom of the same (CR2, each person a cluster).
points <- function(survey, quantity, y, cell, contrast) {
  fit <- lm(y ~ 0 + cell)
  found <- linear_contrast(fit, vcov = "CR2", cluster = seq_along(y), contrasts = matrix(contrast, 1), level = .95)
  stopifnot(all.equal(found$SE, sqrt(drop(contrast %*% vcovHC(fit, type = "HC2") %*% contrast))))
  show(survey, quantity, found$Est); show(survey, paste(quantity, "se"), found$SE); show(survey, paste(quantity, "low"), found$CI_L); show(survey, paste(quantity, "high"), found$CI_U)
}
# Every pair of answers written out; two groups of independent people.
pairs <- function(x, y) (outer(x, y, ">") + outer(x, y, "==") / 2)
superiority <- function(survey, quantity, x, y) {
  M <- pairs(x, y); n <- length(x) + length(y)
  u <- c((rowMeans(M) - mean(M)) / length(x), (colMeans(M) - mean(M)) / length(y))
  show(survey, quantity, mean(M)); show(survey, paste(quantity, "se"), sqrt(n / (n - 1) * sum(u^2)))
}

h <- people(housing); exact <- clm.control(gradTol = 1e-12)
fit <- clm(Sat ~ Infl + Type + Cont, data = housing, weights = Freq, control = exact)
print(summary(fit)$coefficients, digits = 10); cat(sprintf("deviance %.6f\n", -2 * as.numeric(logLik(fit))))
for (term in c("Infl:Type", "Infl:Cont", "Type:Cont"))
  cat(sprintf("%s %.6f\n", term, 2 * as.numeric(logLik(update(fit, as.formula(paste(". ~ . +", term)))) - logLik(fit))))
tests <- nominal_test(clm(Sat ~ Infl + Type + Cont, data = housing, weights = Freq))
for (term in c("Infl", "Type", "Cont")) show("housing", paste("parallel", term), tests[term, "LRT"])
superiority("housing", "superiority", as.integer(h$Sat)[h$Cont == "High"], as.integer(h$Sat)[h$Cont == "Low"])

e <- people(as.data.frame(Employment))
points("employment", "gap", as.numeric(e$EmploymentStatus == "NewJob"), e$LayoffCause, c(-1, 1))
for (cause in c("Closure", "Replaced")) {
  found <- loglm(~ EmploymentStatus + EmploymentLength, data = Employment[, , cause]); show("employment", cause, found$lrt)
  cat(sprintf("Pearson, %s: %.6f\n", cause, found$pearson))
}
show("employment", "both", loglm(~ EmploymentStatus * LayoffCause + EmploymentLength * LayoffCause, data = Employment)$lrt)

s <- people(JobSatisfaction); table3 <- xtabs(Freq ~ management + supervisor + own, JobSatisfaction)
points("job-satisfaction", "gap", as.numeric(s$own == "high"), s$management, c(-1, 1))
s$rank <- ave(as.integer(s$own), s$management, FUN = function(y) rank(y) / (length(y) + 1))
s$first <- factor(s$supervisor, levels = c("high", "low"))
test <- independence_test(rank ~ first | management, s, teststat = "scalar", distribution = "asymptotic")
show("job-satisfaction", "van elteren", statistic(test))
mutual <- loglm(~ management + supervisor + own, table3)$lrt; second <- loglm(~ (management + supervisor + own)^2, table3)
cat(sprintf("mutual %.6f second order %.6f p %.6f difference %.6f\n", mutual, second$lrt, pchisq(second$lrt, 1, lower.tail = FALSE), mutual - second$lrt))

j <- people(JointSports); j$level <- 6 - as.integer(factor(j$opinion, c("very good", "good", "indifferent", "bad", "very bad")))
j$y <- as.numeric(j$level >= 4); girl <- j$gender == "Girl"; late <- j$year == 1985
points("joint-sports", "girls", j$y[girl], factor(j$year[girl]), c(-1, 1))
points("joint-sports", "boys", j$y[!girl], factor(j$year[!girl]), c(-1, 1))
points("joint-sports", "growth", j$y, interaction(j$gender, j$year), c(1, -1, -1, 1))
superiority("joint-sports", "superiority", j$level[girl & late], j$level[girl & !late])

n <- people(NonResponse); answered <- n$response == "yes"
in_city <- n$residence == "Copenhagen"
found <- prop.test(sum(answered[in_city]), sum(in_city), correct = FALSE)
show("nonresponse", "share", found$estimate); show("nonresponse", "share low", found$conf.int[1]); show("nonresponse", "share high", found$conf.int[2])
points("nonresponse", "gap", as.numeric(answered), n$gender, c(-1, 1))
with_residence <- glm(answered ~ gender + residence, binomial, n, epsilon = 1e-14)
show("nonresponse", "residence", glm(answered ~ gender, binomial, n, epsilon = 1e-14)$deviance - with_residence$deviance)
