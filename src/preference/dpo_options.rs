use crate::error::{Error, Result};
use crate::num;

/// Exponents are cut here, so that differences of exponentials stay finite.
const GREATEST_EXPONENT: f64 = 700.0;

/// Which loss of the DPO family, with a = ln π − ln π_ref of the chosen response, b of the rejected one, d = a − b, and ε
/// the smoothing of labels.
///
/// # Source
/// As TRL 1.16 defines them; the papers are named at each.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub enum DpoLoss {
    /// `−ln σ(βd)`: DPO, Rafailov et al. 2023.
    #[default]
    Sigmoid,
    /// The same with a and b divided by their numbers of tokens.
    SigmoidNorm,
    /// `−(1 − ε)·ln σ(βd) − ε·ln σ(−βd)`: conservative DPO, Mitchell 2023.
    Cdpo {
        /// ε, from 0 to 1.
        smoothing: f64,
    },
    /// `[−(1 − ε)·ln σ(βd) + ε·ln σ(−βd)]/(1 − 2ε)`: robust DPO, Chowdhury et al. 2024.
    Robust {
        /// ε, from 0 to below 1/2.
        smoothing: f64,
    },
    /// `max(0, 1 − βd)`: the hinge of SLiC, Zhao et al. 2023. The derivative at the kink is 0.
    Hinge,
    /// `(d − 1/(2β))²`: IPO as its paper has it, Azar et al. 2023.
    Ipo,
    /// The same with a and b divided by their numbers of tokens: what TRL calls `ipo`.
    IpoNorm,
    /// `σ(βd)·(ln σ(βd) − ln(1 − ε)) + σ(−βd)·(ln σ(−βd) − ln ε)`: EXO on pairs, Ji et al. 2024.
    ExoPair {
        /// ε, between 0 and 1.
        smoothing: f64,
    },
    /// `−ln σ(βa) − ½·ln σ(−βa) − ½·ln σ(−βb)`: NCA on pairs, Chen et al. 2024.
    NcaPair,
    /// `−ln σ(βa) − ln σ(−βb)`: BCO on pairs, Jung et al. 2024, without its running shift of rewards.
    BcoPair,
    /// `(a − ½/β)² + (b + ½/β)²`: SPPO with hard labels, Wu et al. 2024.
    SppoHard,
    /// `1 − σ(βa) + σ(βb)`: APO-zero, D'Oosterlinck et al. 2024.
    ApoZero,
    /// `σ(βa) + 1 − σ(βd)`: APO-down, the same paper.
    ApoDown,
    /// Conservative DPO of the differences between sorted ln π(chosen) − ln π(rejected) and sorted reference ones: AOT,
    /// Melnyk et al. 2024. Losses are in that order; ties keep the order of the pairs.
    Aot {
        /// ε, from 0 to 1.
        smoothing: f64,
    },
    /// Conservative DPO of sorted a less sorted b: AOT without pairs. Losses are in that order.
    AotUnpaired {
        /// ε, from 0 to 1.
        smoothing: f64,
    },
    /// `(1 − m)·(−ln σ(z)) + m·e⁻ᶻ` with z = βd, m = σ(z/τ): DiscoPOP, Lu et al. 2024; τ = 0.05 there. Finite for every
    /// margin if τ < 1.
    Discopop {
        /// τ, above 0.
        tau: f64,
    },
}

impl DpoLoss {
    /// Whether the loss depends on a and b through d alone, pair by pair.
    pub(super) fn is_of_difference(self) -> bool {
        match self {
            Self::Sigmoid
            | Self::Cdpo { .. }
            | Self::Robust { .. }
            | Self::Hinge
            | Self::Ipo
            | Self::ExoPair { .. }
            | Self::Discopop { .. } => true,
            Self::SigmoidNorm
            | Self::IpoNorm
            | Self::NcaPair
            | Self::BcoPair
            | Self::SppoHard
            | Self::ApoZero
            | Self::ApoDown
            | Self::Aot { .. }
            | Self::AotUnpaired { .. } => false,
        }
    }

    fn check(self) -> Result<()> {
        let wrong = |expected, found: f64| Err(Error::argument("label smoothing", expected, found));
        match self {
            Self::Cdpo { smoothing } | Self::Aot { smoothing } | Self::AotUnpaired { smoothing }
                if !(0.0..=1.0).contains(&smoothing) =>
            {
                wrong("a number from 0 to 1", smoothing)
            }
            Self::Robust { smoothing } if !(0.0..0.5).contains(&smoothing) => {
                wrong("a number from 0 to below 0.5", smoothing)
            }
            Self::ExoPair { smoothing } if !(smoothing > 0.0 && smoothing < 1.0) => {
                wrong("a number between 0 and 1", smoothing)
            }
            Self::Discopop { tau } => num::check_positive("tau", tau),
            _ => Ok(()),
        }
    }
}

/// The divergence from the reference that the objective stands for: d becomes f(a) − f(b).
///
/// # Source
/// Wang et al. 2023, "Beyond Reverse KL" (f-DPO), as TRL has it. Exponents are cut at 700, beyond which the transform is
/// constant, as TRL's were cut at the greatest that is finite.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub enum Divergence {
    /// f(x) = x: DPO itself.
    #[default]
    ReverseKl,
    /// f(x) = 1 − e⁻ˣ.
    ForwardKl,
    /// f(x) = ln 2 + ln σ(x).
    JensenShannon,
    /// f(x) = (e^((α−1)x) − 1)/(α − 1); at α = 1 the reverse KL. TRL's default is 0.5.
    Alpha(f64),
}

impl Divergence {
    /// f and its derivative.
    pub(super) fn transform(self, x: f64) -> (f64, f64) {
        let exponential = |x: f64| {
            if x > GREATEST_EXPONENT { (GREATEST_EXPONENT.exp(), 0.0) } else { (x.exp_m1(), x.exp()) }
        };
        match self {
            Self::ForwardKl => {
                let (value, slope) = exponential(-x);
                (-value, slope)
            }
            Self::JensenShannon => (std::f64::consts::LN_2 + num::ln_sigmoid(x), num::sigmoid(-x)),
            Self::Alpha(alpha) if alpha != 1.0 => {
                let (value, slope) = exponential((alpha - 1.0) * x);
                (value / (alpha - 1.0), slope)
            }
            Self::ReverseKl | Self::Alpha(_) => (x, 1.0),
        }
    }
}

/// What [`dpo_loss`](super::dpo_loss) is asked.
///
/// | option | default |
/// |---|---|
/// | [`beta`](Self::beta) | 0.1 |
/// | [`divergence`](Self::divergence) | reverse KL |
///
/// # Examples
/// ```
/// use probity::preference::{Divergence, DpoLoss, DpoOptions, PairLogProbs, dpo_loss};
/// let pairs = PairLogProbs::new((&[-1.0], &[-2.0]), (&[-1.0], &[-1.0]))?;
/// let options = DpoOptions::new(DpoLoss::Sigmoid).beta(0.5).divergence(Divergence::JensenShannon);
/// assert!(dpo_loss(&pairs, &options)?.loss < 0.7);
/// // A divergence that the loss would not see is refused.
/// let unseen = DpoOptions::new(DpoLoss::NcaPair).divergence(Divergence::JensenShannon);
/// assert!(dpo_loss(&pairs, &unseen).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DpoOptions {
    pub(super) loss: DpoLoss,
    pub(super) beta: f64,
    pub(super) divergence: Divergence,
}

impl DpoOptions {
    /// The loss with β = 0.1 and the reverse KL.
    #[must_use]
    pub fn new(loss: DpoLoss) -> Self {
        Self { loss, beta: 0.1, divergence: Divergence::ReverseKl }
    }

    /// β, above 0.
    #[must_use]
    pub fn beta(self, beta: f64) -> Self {
        Self { beta, ..self }
    }

    /// The divergence, for the losses of d alone.
    #[must_use]
    pub fn divergence(self, divergence: Divergence) -> Self {
        Self { divergence, ..self }
    }

    pub(super) fn check(&self) -> Result<()> {
        num::check_positive("beta", self.beta)?;
        self.loss.check()?;
        if let Divergence::Alpha(alpha) = self.divergence {
            num::check_finite("alpha of the divergence", &[alpha])?;
        }
        if self.divergence != Divergence::ReverseKl && !self.loss.is_of_difference() {
            let found = format!("{:?} with {:?}", self.loss, self.divergence);
            return Err(Error::argument(
                "divergence",
                "the reverse KL unless the loss is of a − b alone, without lengths or sorting",
                found,
            ));
        }
        Ok(())
    }
}
