# Expected values of test_bootstrap.py: all 5^5 resamples of five clusters, from raw rows.  R 4.2.2.  From the project's root: Rscript tests/spec/r/bootstrap.R
d <- read.csv("tests/spec/r/clustered.csv")
five <- subset(d, cluster %in% c("c02", "c04", "c06", "c07", "c09")); rows <- split(seq_len(nrow(five)), five$cluster)
superiority <- function(x, y) mean(outer(x, y, ">") + outer(x, y, "==") / 2)
share <- function(x, y) mean(x >= 4) - mean(y >= 4)
index <- function(x, y) mean((x - 1) / 4) - mean((y - 1) / 4)
contrasts <- list(
  change = function(f, d) f(d$level[d$wave == 2], d$level[d$wave == 1]),
  `3 a : 1 b` = function(f, d) sum(c(.75, .25) * sapply(c("a", "b"), function(g) f(d$level[d$wave == 2 & d$group == g], d$level[d$wave == 1 & d$group == g]))),
  gap = function(f, d) f(d$level[d$wave == 2 & d$group == "a"], d$level[d$wave == 2 & d$group == "b"]),
  `gap change` = function(f, d) sum(c(-1, 1) * sapply(1:2, function(w) f(d$level[d$wave == w & d$group == "a"], d$level[d$wave == w & d$group == "b"]))))
drawn <- as.matrix(expand.grid(rep(list(1:5), 5)))
for (name in names(contrasts)) for (f in c("share", "index", "superiority")) {
  of <- function(d) contrasts[[name]](get(f), d)
  all <- apply(drawn, 1, function(i) of(five[unlist(rows[i]), ])); q <- unname(quantile(all, c(.025, .975))); v <- of(five)
  null <- if (f == "superiority" && name != "gap change") .5 else 0
  cat(sprintf("%-10s %-11s %.12f se %.12f percentile [%.12f, %.12f] basic [%.12f, %.12f] below %d beyond %d of %d\n", name, f, v, sd(all),
              q[1], q[2], 2 * v - q[2], 2 * v - q[1], sum(all <= null + 1e-9), sum(2 * v - all <= null + 1e-9), length(all)))
}
