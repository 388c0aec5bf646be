# Made-up answers for the tables in tests/spec: 14 clusters of very unequal size (1 to 24 people), two groups, two waves,
# some people in both waves, five levels. Written once; the tests read the file.  From the project's root: Rscript tests/spec/r/clustered.R > tests/spec/r/clustered.csv
set.seed(2021)
sizes <- c(24, 17, 12, 11, 9, 8, 6, 5, 4, 3, 2, 2, 1, 1)
rows <- do.call(rbind, lapply(seq_along(sizes), function(g) {
  effect <- rnorm(1, sd = .7)
  people <- data.frame(cluster = sprintf("c%02d", g), group = ifelse(runif(sizes[g]) < .7, "a", "b"))
  do.call(rbind, lapply(c(1, 2), function(wave) {
    here <- people[runif(nrow(people)) < .75, , drop = FALSE]
    if (!nrow(here)) return(NULL)
    latent <- effect + .4 * (wave == 2) - .5 * (wave == 2 & here$group == "b") + rnorm(nrow(here))
    level <- findInterval(latent, c(-1.2, -.4, .3, 1.1)) + 1
    data.frame(cluster = here$cluster, group = here$group, wave = wave, level = level, positive = as.numeric(level >= 4))
  }))
}))
write.csv(rows, stdout(), row.names = FALSE, quote = FALSE)
