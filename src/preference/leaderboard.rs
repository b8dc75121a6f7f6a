use crate::error::{Error, Result};
use crate::inference::{Bootstrap, Estimate, Kinds, Level};
use crate::preference::bradley_terry::METRIC;
use crate::preference::newton::Fit;
use crate::preference::pair_likelihood::{Pair, PairLikelihood, check_maximum};
use crate::preference::{BradleyTerry, BradleyTerryOptions, EloScale, TieModel};
use crate::ratings::Labels;
use crate::tally::Comparisons;

/// Where a contender stands.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Standing {
    /// The contender's number in the tally.
    pub contender: usize,
    /// Its rank by strength: 1 and those that are stronger.
    pub rank: u64,
    /// The ranks that the bootstrap gives it, at the level of the bootstrap: 2 and 4 for "ranks 2 to 4".
    pub ranks: (u64, u64),
    /// 1 and those whose whole interval lies above this one's: contenders that cannot be told apart share it.
    pub separated_rank: u64,
    /// Its log-strength with the standard error and the interval of the bootstrap.
    pub strength: Estimate,
}

/// Contenders from the strongest to the weakest, with what the bootstrap says about their ranks; see [`leaderboard`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Leaderboard {
    /// The contenders, strongest first; in the order of their numbers where equal.
    pub standings: Vec<Standing>,
    /// The strengths fitted to all comparisons, with the standard errors of the likelihood.
    pub fit: BradleyTerry,
    /// Resamples in which no strengths exist (somebody never lost).
    pub undefined: u64,
}

/// A leaderboard by Bradley and Terry's model, with intervals of strengths and of ranks by a bootstrap over comparisons.
///
/// ```text
/// rank = 1 + |{j: θⱼ > θᵢ}|        ranks: the α and 1 − α quantiles of the rank over resamples (order statistics)
/// separated rank = 1 + |{j: lower end of j > upper end of i}|
/// ```
///
/// A resample draws as many comparisons as there are, with replacement: one multinomial draw over the outcomes of all pairs.
/// Its strengths start at those of all comparisons and take a few steps with the same information matrix.
///
/// # Undefined
/// As [`BradleyTerry::fit`], or if more resamples than the bootstrap allows
/// ([`Bootstrap::max_undefined`]) have no strengths: few comparisons need a [`ridge`](BradleyTerryOptions::ridge).
///
/// # Missing values
/// As [`BradleyTerry::fit`].
///
/// # Source
/// Chiang et al. 2024, "Chatbot Arena": the bootstrap over battles, and ranks by intervals that do not overlap (the separated
/// rank, with percentile intervals). Ranks of the resamples: Hall and Miller 2009, "Using the bootstrap to quantify the
/// authority of an empirical ranking".
///
/// # Errors
/// As [`BradleyTerry::fit`]; [`Error::Argument`](crate::Error::Argument) for a bootstrap of raters or with a studentised interval.
///
/// # Complexity
/// A resample of n contenders: the pairs that met and 10 · n².
///
/// # Examples
/// ```
/// use probity::inference::Bootstrap;
/// use probity::preference::{BradleyTerryOptions, leaderboard};
/// use probity::ratings::Labels;
/// use probity::tally::Comparisons;
/// let names = Labels::from_names(["a", "b", "c"])?;
/// // a and b are even; c mostly loses to both.
/// let tally = Comparisons::from_counts(names.clone(), vec![0, 50, 90, 50, 0, 90, 10, 10, 0], vec![0; 3])?;
/// let board = leaderboard(&tally, &BradleyTerryOptions::new(), &Bootstrap::new(1).resamples(200)?)?;
/// let ranks: Vec<(u64, u64)> = board.standings.iter().map(|s| s.ranks).collect();
/// assert_eq!(ranks, [(1, 2), (1, 2), (3, 3)]);
/// assert_eq!(board.standings[2].contender, 2);
///
/// let nobody = Comparisons::new(names)?;
/// assert!(leaderboard(&nobody, &BradleyTerryOptions::new(), &Bootstrap::new(1)).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn leaderboard(
    comparisons: &Comparisons,
    options: &BradleyTerryOptions,
    bootstrap: &Bootstrap,
) -> Result<Leaderboard> {
    let fit = BradleyTerry::fit(comparisons, options)?;
    let n = comparisons.n_contenders();
    let refits = Refits::new(comparisons, options, fit.newton());
    let replicates = bootstrap
        .run_joint(Kinds::counted(refits.counts()), |counts| match refits.strengths(counts) {
            Ok(strengths) => strengths.into_iter().take(n).map(Ok).collect(),
            Err(error) => vec![Err(error); n],
        })?
        .into_iter()
        .collect::<Result<Vec<_>>>()?;
    // A resample has all strengths or none, so the values of all contenders are of the same resamples.
    let resamples = replicates.first().map_or(0, |r| r.values().len());
    let mut ranks = vec![Vec::with_capacity(resamples); n];
    for resample in 0..resamples {
        let strengths: Vec<f64> =
            replicates.iter().filter_map(|r| r.values().get(resample).copied()).collect();
        ranks.iter_mut().zip(ranks_of(&strengths)).for_each(|(all, rank)| all.push(rank));
    }
    let level = bootstrap.confidence();
    let own = ranks_of(fit.strengths());
    let mut standings = Vec::with_capacity(n);
    for (contender, ((estimate, replicates), ranks)) in
        fit.estimates().into_iter().zip(&replicates).zip(ranks).enumerate()
    {
        let strength = replicates.to_estimate("Bradley-Terry log-strength");
        standings.push(Standing {
            contender,
            rank: own[contender],
            ranks: middle(ranks, own[contender], level),
            separated_rank: 0,
            strength: Estimate { value: estimate.value, ..strength }.counted(
                estimate.items,
                estimate.raters,
                estimate.judgments,
            ),
        });
    }
    separate(&mut standings);
    standings.sort_by_key(|standing| standing.rank);
    let undefined = replicates.first().map_or(0, |r| r.undefined().len() as u64);
    Ok(Leaderboard { standings, fit, undefined })
}

impl Leaderboard {
    /// The standings with strengths as ratings.
    #[must_use]
    pub fn ratings(&self, scale: &EloScale) -> Vec<Estimate> {
        self.standings.iter().map(|standing| scale.estimate(&standing.strength)).collect()
    }
}

/// 1 and the number of greater strengths, for each.
fn ranks_of(strengths: &[f64]) -> Vec<u64> {
    let mut order: Vec<usize> = (0..strengths.len()).collect();
    order.sort_unstable_by(|&a, &b| strengths[b].total_cmp(&strengths[a]));
    let mut ranks = vec![0; strengths.len()];
    let mut before = 0;
    for tied in order.chunk_by(|&a, &b| strengths[a] == strengths[b]) {
        tied.iter().for_each(|&i| ranks[i] = before + 1);
        before += tied.len() as u64;
    }
    ranks
}

/// The ranks that leave out, on each side, at most what the level leaves out.
fn middle(mut ranks: Vec<u64>, own: u64, level: Level) -> (u64, u64) {
    ranks.sort_unstable();
    let out = ((1.0 - level.upper()) * ranks.len() as f64).floor() as usize;
    let inside = ranks.get(out..ranks.len().saturating_sub(out)).unwrap_or(&[]);
    (inside.first().copied().unwrap_or(own), inside.last().copied().unwrap_or(own))
}

fn separate(standings: &mut [Standing]) {
    let ends = |s: &Standing| {
        s.strength.interval.map_or((s.strength.value, s.strength.value), |i| (i.lower, i.upper))
    };
    let mut lowers: Vec<f64> = standings.iter().map(|s| ends(s).0).collect();
    lowers.sort_unstable_by(f64::total_cmp);
    for standing in standings {
        let upper = ends(standing).1;
        standing.separated_rank = 1 + (lowers.len() - lowers.partition_point(|&lower| lower <= upper)) as u64;
    }
}

/// What fits a resample.
struct Refits<'a> {
    names: &'a Labels,
    pairs: Vec<(usize, usize, [u64; 3])>,
    model: TieModel,
    ridge: f64,
    start: &'a Fit,
}

impl<'a> Refits<'a> {
    fn new(comparisons: &'a Comparisons, options: &BradleyTerryOptions, start: &'a Fit) -> Self {
        Self {
            names: comparisons.contenders(),
            pairs: comparisons.pairs().collect(),
            model: options.chosen_ties(),
            ridge: options.chosen_ridge(),
            start,
        }
    }

    /// Wins, losses and ties, pair by pair.
    fn counts(&self) -> Vec<u64> {
        self.pairs.iter().flat_map(|(_, _, counts)| *counts).collect()
    }

    fn strengths(&self, counts: &[u64]) -> Result<Vec<f64>> {
        let (counts, _) = counts.as_chunks::<3>();
        let mut lost = false;
        let mut pairs = Vec::with_capacity(self.pairs.len());
        for (&(a, b, whole), drawn) in self.pairs.iter().zip(counts) {
            lost |= whole.iter().zip(drawn).any(|(&whole, &drawn)| whole > 0 && drawn == 0);
            pairs.push(Pair::new(a, b, drawn.map(|n| n as f64), self.model));
        }
        // As long as no outcome got lost the graph is that of all comparisons.
        if lost {
            check_maximum(METRIC, self.names, &pairs, self.model, self.ridge)?;
        }
        let likelihood = PairLikelihood { items: self.names.len(), pairs: &pairs, model: self.model };
        let found = self.start.refit(METRIC, &likelihood);
        // A likelihood so flat that no maximum is found in 53 bits has none for the purpose of its spread.
        found.map_err(|error| match error {
            Error::NoConvergence { metric, .. } => {
                let why = "it is too flat to be found";
                Error::undefined(metric, crate::error::Undefined::NoMaximum { why })
            }
            error => error,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_count_the_stronger() {
        assert_eq!(ranks_of(&[0.5, 2.0, 0.5, -1.0]), [2, 1, 2, 4]);
        assert_eq!(middle((1..=100).collect(), 7, Level::default()), (3, 98));
        assert_eq!(middle(vec![4, 2], 7, Level::default()), (2, 4));
        assert_eq!(middle(Vec::new(), 7, Level::default()), (7, 7));
    }

    #[test]
    fn a_refit_is_the_fit_of_the_resample() {
        let counts = [0u64, 40, 60, 30, 0, 25, 20, 45, 0];
        let tally = Comparisons::from_counts(Labels::codes(3), counts.to_vec(), vec![9, 4, 7]).unwrap();
        for model in [TieModel::HalfWins, TieModel::Dropped, TieModel::Davidson, TieModel::RaoKupper] {
            let options = BradleyTerryOptions::new().ties(model);
            let fit = BradleyTerry::fit(&tally, &options).unwrap();
            let refits = Refits::new(&tally, &options, fit.newton());
            let mut drawn = refits.counts();
            (drawn[0], drawn[4]) = (drawn[0] + 9, drawn[4] - 5);
            let quick = refits.strengths(&drawn).unwrap();
            let mut wins = counts;
            (wins[1], wins[6]) = (wins[1] + 9, wins[6]);
            // Pairs come as (0, 1), (0, 2), (1, 2); the fifth count is how often 2 beat 0.
            wins[6] -= 5;
            let whole = Comparisons::from_counts(Labels::codes(3), wins.to_vec(), vec![9, 4, 7]).unwrap();
            let slow = BradleyTerry::fit(&whole, &options).unwrap();
            for (a, b) in quick.iter().zip(slow.strengths()) {
                assert!((a - b).abs() < 1e-8, "{model:?}: {quick:?} {:?}", slow.strengths());
            }
        }
    }
}
