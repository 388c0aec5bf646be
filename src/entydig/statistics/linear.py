"""Change, gap and change of a gap in points of the positive share, robust to clusters.

The model is a mean for each cell (group by wave), fitted by least squares to a 0/1 answer or to an index. The variance is CR2
with Satterthwaite's degrees of freedom under an identity working model. In this design the adjustment matrices act on each
cluster and cell alone, so both have closed forms; nothing of size people by people is built.

With n_gj answers of cluster g in cell j, n_j answers in the cell, contrast c and e_gj the sum of residuals::

    f_gj = (1 - n_gj / n_j)^(-1/2)
    u_g  = sum_j c_j f_gj e_gj / n_j               variance = sum_g u_g^2
    d_g  = sum_j n_gj (c_j f_gj / n_j)^2           W_gj = n_gj f_gj c_j / n_j^(3/2)
    P    = diag(d) - W W'                          df = tr(P)^2 / tr(P P)

Where there are no clusters each person is one, which makes it HC2.

References
----------
Bell and McCaffrey (2002), Survey Methodology 28(2), 169-181. Pustejovsky and Tipton (2018), doi:10.1080/07350015.2016.1247004.
Agrees with R's clubSandwich 0.5.8 (``vcovCR(type = "CR2")``, Satterthwaite) and sandwich 3.0-2 (``vcovHC(type = "HC2")``) to
ten digits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from entydig.statistics.cells import Cell, Cells, Floats, cells_of, normalised, one_wave
from entydig.statistics.estimate import Alternative, Estimate, Unit

__all__ = ["change", "gap", "gap_change", "mean"]

# Below this a standard error on the 0..1 scale is only what rounding left of zero.
ROUNDING = 1e-10
