# Expected values of test_permutation.py.  R 4.2.2, coin 1.4-2, exactRankTests 0.8-35.  From the project's root: Rscript tests/spec/r/permutation.R
suppressMessages({ library(coin); library(exactRankTests) })
d <- read.csv("tests/spec/r/clustered.csv")
d$harder <- as.numeric(d$level >= 5); d$easier <- as.numeric(d$level >= 3)
# A made-up feature of the cluster.
with <- c("c02", "c04", "c05", "c09", "c12"); d$feature <- d$cluster %in% with
late <- subset(d, wave == 2); items <- c("positive", "harder", "easier")

# Labels, per cluster: coin on the cluster means.
m <- aggregate(late[items], late["cluster"], mean); m$feature <- factor(m$cluster %in% with, levels = c(TRUE, FALSE))
for (y in items) {
  one <- oneway_test(m[[y]] ~ m$feature, distribution = "exact")
  greater <- oneway_test(m[[y]] ~ m$feature, distribution = "exact", alternative = "greater")
  cat(sprintf("label, cluster, %-9s value %.12f standardised %.12f greater %.12f both %.12f\n", y,
              diff(rev(tapply(m[[y]], m$feature, mean))), statistic(one), pvalue(greater), pvalue(one)))
}
# Several together: coin's standardised statistics; the distribution of their largest is counted here (coin only samples it).
joint <- independence_test(positive + harder + easier ~ feature, m, teststat = "maximum")
observed <- statistic(joint, "standardized"); print(observed, digits = 12)
sets <- combn(nrow(m), length(with))
Y <- scale(as.matrix(m[items]), scale = FALSE)
T <- apply(sets, 2, function(s) colSums(Y[s, ])); T <- T / sqrt(rowMeans(T^2)); t <- drop(observed)
for (k in 1:3) cat(sprintf("adjusted %-9s greater %.12f both %.12f of %d\n", items[k], mean(apply(T, 2, max) >= t[k] - 1e-9),
                           mean(apply(abs(T), 2, max) >= abs(t[k]) - 1e-9), ncol(T)))
set.seed(1)
print(pvalue(independence_test(positive + harder + easier ~ feature, m, teststat = "maximum", distribution = approximate(1e5)), method = "single-step"))

# Labels, per person: every set of clusters.
clusters <- unique(late$cluster)
of <- function(set, y) mean(late[[y]][late$cluster %in% set]) - mean(late[[y]][!late$cluster %in% set])
for (y in items) {
  all <- apply(combn(length(clusters), length(with)), 2, function(s) of(clusters[s], y)); t <- of(with, y)
  cat(sprintf("label, person, %-9s value %.12f greater %d less %d both %d of %d\n", y, t, sum(all >= t - 1e-9), sum(all <= t + 1e-9),
              sum(abs(all) >= abs(t) - 1e-9), length(all)))
}

# Waves swapped, nine very unequal clusters of which one is in the second wave only.
nine <- subset(d, cluster %in% sprintf("c%02d", c(1, 3, 5, 7, 9, 11, 12, 13, 14))); names <- unique(nine$cluster)
choices <- as.matrix(expand.grid(rep(list(c(FALSE, TRUE)), length(names))))
turned <- function(choice) { swap <- nine$cluster %in% names[choice]; ifelse(swap, 3 - nine$wave, nine$wave) }
drawn <- function(f) apply(choices, 1, function(choice) f(turned(choice)))
count <- function(name, f) {
  all <- drawn(f); t <- f(nine$wave)
  cat(sprintf("%-34s value %.12f greater %d less %d both %d of %d\n", name, t, sum(all >= t - 1e-9), sum(all <= t + 1e-9),
              sum(abs(all) >= abs(t) - 1e-9), length(all)))
}
change <- function(y) function(w) mean(nine[[y]][w == 2]) - mean(nine[[y]][w == 1])
count("swap, person, positive", change("positive"))
count("swap, person, level", change("level"))
of <- function(g) function(w) mean(nine$level[w == 2 & nine$group == g]) - mean(nine$level[w == 1 & nine$group == g])
count("swap, 3 a : 1 b, level", function(w) .75 * of("a")(w) + .25 * of("b")(w))
count("swap, gap change, level", function(w) of("a")(w) - of("b")(w))
T <- sapply(items, function(y) drawn(change(y))); t <- sapply(items, function(y) change(y)(nine$wave)); scale <- sqrt(colMeans(T^2))
T <- sweep(T, 2, scale, "/"); t <- t / scale
for (k in 1:3) cat(sprintf("swap, adjusted %-9s greater %d both %d of %d\n", items[k], sum(apply(T, 1, max) >= t[k] - 1e-9),
                           sum(apply(abs(T), 1, max) >= abs(t[k]) - 1e-9), nrow(T)))

# Waves swapped, per cluster, where all are in both waves: Fisher's test of their differences.
both <- subset(d, cluster %in% sprintf("c%02d", 1:11)); means <- tapply(both$level, both[c("cluster", "wave")], mean)
differences <- means[, 2] - means[, 1]
signs <- as.matrix(expand.grid(rep(list(c(1, -1)), nrow(means)))); all <- drop(signs %*% differences); t <- sum(differences)
cat(sprintf("swap, cluster, level value %.12f greater %d both %d of %d\n", mean(differences), sum(all >= t - 1e-9), sum(abs(all) >= abs(t) - 1e-9), length(all)))
# One answer per cluster and wave, in whole numbers, which exactRankTests takes.
x <- c(5, 3, 4, 4, 2, 5, 3, 4); y <- c(3, 3, 5, 1, 2, 2, 4, 1)
for (side in c("greater", "two.sided")) cat(sprintf("perm.test paired %s %.12f\n", side, perm.test(x, y, paired = TRUE, exact = TRUE, alternative = side)$p.value))
