use crate::consistency::auditor_options::at_least;
use crate::consistency::{
    AuditOptions, AuditReport, CodebookAgreement, CriteriaRates, ProbeCriteria, ProbeTruthfulness,
    audit_report, codebook_agreement, criteria_rates, probe_truthfulness,
};
use crate::error::{Error, Result};
use crate::inference::Level;
use crate::num;
use crate::search::{Procedure, Step};

/// What an [`Audit`] needs next.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuditAsk {
    /// Probes of a question from the auditing model, with the template of this round.
    Probes {
        /// Which question: of those for development until a template is accepted, then of those to audit.
        question: usize,
        /// Whether it is one of those for development.
        development: bool,
        /// The template's number: it changes with every [`AuditAsk::Refine`].
        template: usize,
        /// How many probes.
        count: usize,
    },
    /// Every annotator's judgment of every probe, by the codebook of this round.
    Annotate {
        /// The round.
        round: usize,
        /// The probes of the development questions, question after question.
        probes: Vec<String>,
        /// How many annotators.
        annotators: usize,
    },
    /// A better codebook and template: the annotators disagree or too few probes meet the criteria.
    Refine {
        /// The round that was not accepted.
        round: usize,
    },
    /// The audited model's response to a probe.
    Respond {
        /// The question audited.
        question: usize,
        /// The probe.
        probe: String,
    },
    /// A comparison of the responses to a question's probes.
    Compare {
        /// The question audited.
        question: usize,
        /// The responses, in the order of the probes.
        responses: Vec<String>,
    },
}

/// What an [`Audit`] is handed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum AuditAnswer {
    /// To [`AuditAsk::Probes`].
    Probes(Vec<String>),
    /// To [`AuditAsk::Annotate`]: one list an annotator, in the order of the probes.
    Annotations(Vec<Vec<ProbeCriteria>>),
    /// To [`AuditAsk::Refine`]: it is done.
    Refined,
    /// To [`AuditAsk::Respond`].
    Response(String),
    /// To [`AuditAsk::Compare`].
    Comparison {
        /// The similarity of each pair of responses, (0, 1), (0, 2), .., (1, 2), ..
        similarities: Vec<f64>,
        /// Whether each response is true; empty if nobody looked.
        truthful: Vec<bool>,
    },
}

/// One round of annotation.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AuditRound {
    /// Agreement on relevance.
    pub relevance: CodebookAgreement,
    /// Agreement on diversity.
    pub diversity: CodebookAgreement,
    /// The criteria met, by more than half of the annotators.
    pub rates: CriteriaRates,
    /// Whether the template of this round was accepted.
    pub accepted: bool,
}

/// One audited question.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct AuditedQuestion {
    /// Its probes.
    pub probes: Vec<String>,
    /// The responses to them.
    pub responses: Vec<String>,
    /// The similarity of each pair of responses.
    pub similarities: Vec<f64>,
    /// Whether each response is true; empty if nobody looked.
    pub truthful: Vec<bool>,
}

/// An [`Audit`], as far as it has come.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct AuditRun {
    /// The rounds of annotation. Only the last can be accepted; if it is not, the audit was given up.
    pub rounds: Vec<AuditRound>,
    /// The audited questions.
    pub questions: Vec<AuditedQuestion>,
}

impl AuditRun {
    /// The round whose template was accepted.
    #[must_use]
    pub fn accepted_round(&self) -> Option<usize> {
        self.rounds.iter().position(|round| round.accepted)
    }

    /// The report on consistency.
    ///
    /// # Errors
    /// As [`audit_report`].
    pub fn report(&self, threshold: f64, level: Level) -> Result<AuditReport> {
        let similarities: Vec<&[f64]> = self.questions.iter().map(|q| q.similarities.as_slice()).collect();
        audit_report(&similarities, threshold, level)
    }

    /// How true the responses are, over the questions where somebody looked.
    ///
    /// # Errors
    /// As [`probe_truthfulness`].
    pub fn truthfulness(&self, level: Level) -> Result<ProbeTruthfulness> {
        let looked = self.questions.iter().map(|q| q.truthful.as_slice()).filter(|t| !t.is_empty());
        probe_truthfulness(&looked.collect::<Vec<_>>(), level)
    }
}

/// LLMAuditor as a procedure: people validate how probes are made, then the probes audit a model.
///
/// Phase 1: the auditing model writes probes of the development questions; annotators judge each by the two criteria; if
/// they agree and enough probes meet both, the template is accepted, else codebook and template are refined and it
/// begins again. Phase 2: for each question to audit, probes, the audited model's response to each, and a comparison.
///
/// # Source
/// Amirizaniani et al. 2024, "LLMAuditor: A Framework for Auditing Large Language Models Using Human-in-the-Loop" (arXiv
/// 2402.09346), of which the two phases, the criteria and the rounds could be read; the rules of acceptance are ours.
///
/// # Examples
/// ```
/// use probity::consistency::{AUDIT_SIMILARITY, Audit, AuditAnswer, AuditOptions, ProbeCriteria};
/// use probity::inference::Level;
/// use probity::search::replay;
/// let probes = || AuditAnswer::Probes(vec!["When was it?".into(), "In what year?".into()]);
/// let good = vec![ProbeCriteria { relevant: true, diverse: true }; 2];
/// let poor = vec![ProbeCriteria { relevant: true, diverse: false }; 2];
/// let recorded = [
///     probes(),
///     AuditAnswer::Annotations(vec![good.clone(), poor]), // they disagree on diversity
///     AuditAnswer::Refined,
///     probes(),
///     AuditAnswer::Annotations(vec![good.clone(), good]),
///     probes(),
///     AuditAnswer::Response("1912".into()),
///     AuditAnswer::Response("In 1913".into()),
///     AuditAnswer::Comparison { similarities: vec![0.5], truthful: vec![true, false] },
/// ];
/// let mut audit = Audit::new(1, 1, AuditOptions::new().probes(2)?)?;
/// let run = replay(&mut audit, recorded)?;
/// assert_eq!((run.rounds.len(), run.accepted_round()), (2, Some(1)));
/// assert!(run.report(AUDIT_SIMILARITY, Level::default())?.questions[0].flagged);
/// assert_eq!(run.truthfulness(Level::default())?.mixed.value, 1.0);
/// assert!(Audit::new(0, 1, AuditOptions::new()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Audit {
    development: usize,
    questions: usize,
    options: AuditOptions,
    /// Whether the last round was refined.
    refined: bool,
    /// The probes of this round's development questions, question after question.
    drafts: Vec<String>,
    run: AuditRun,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    Draft,
    Annotate,
    Refine,
    Probe,
    Respond,
    Compare,
    Done,
}

impl Audit {
    /// An audit with so many questions for development and so many to audit.
    ///
    /// # Errors
    /// [`Error::Argument`] without questions of either kind.
    pub fn new(development: usize, questions: usize, options: AuditOptions) -> Result<Self> {
        at_least("questions for development", 1, development)?;
        at_least("questions to audit", 1, questions)?;
        let (drafts, run) = Default::default();
        Ok(Self { development, questions, options, refined: true, drafts, run })
    }

    fn stage(&self) -> Stage {
        if !self.run.rounds.last().is_some_and(|round| round.accepted) {
            return match self.run.rounds.len() {
                _ if !self.refined && self.run.rounds.len() >= self.options.max_rounds => Stage::Done,
                _ if !self.refined => Stage::Refine,
                _ if self.drafts.len() < self.development.saturating_mul(self.options.probes) => Stage::Draft,
                _ => Stage::Annotate,
            };
        }
        match self.run.questions.last() {
            Some(question) if question.responses.len() < question.probes.len() => Stage::Respond,
            Some(question) if question.similarities.is_empty() => Stage::Compare,
            _ if self.run.questions.len() < self.questions => Stage::Probe,
            _ => Stage::Done,
        }
    }

    /// Judges a round of annotation.
    fn round(&self, annotations: &[Vec<ProbeCriteria>]) -> Result<AuditRound> {
        let Self { options, drafts, .. } = self;
        num::check_same_length("annotators", options.annotators, annotations.len())?;
        for of in annotations {
            num::check_same_length("annotations of an annotator", drafts.len(), of.len())?;
        }
        let agreement = |criterion: fn(&ProbeCriteria) -> bool| {
            let judgments: Vec<Vec<bool>> =
                annotations.iter().map(|of| of.iter().map(criterion).collect()).collect();
            codebook_agreement(&judgments, options.level)
        };
        let (relevance, diversity) = (agreement(|p| p.relevant)?, agreement(|p| p.diverse)?);
        let most = |probe: usize, criterion: fn(&ProbeCriteria) -> bool| {
            2 * annotations.iter().filter(|of| criterion(&of[probe])).count() > annotations.len()
        };
        let probes: Vec<ProbeCriteria> = (0..drafts.len())
            .map(|i| ProbeCriteria { relevant: most(i, |p| p.relevant), diverse: most(i, |p| p.diverse) })
            .collect();
        let rates = criteria_rates(&probes, options.level)?;
        let agreed = |found: &CodebookAgreement| match &found.kappa {
            Ok(kappa) => kappa.value >= options.min_kappa,
            Err(_) => options.accept_unanimous && found.percent.value == 1.0,
        };
        let accepted = agreed(&relevance) && agreed(&diversity) && rates.both.value >= options.min_valid;
        Ok(AuditRound { relevance, diversity, rates, accepted })
    }
}

impl Procedure for Audit {
    type Ask = AuditAsk;
    type Answer = AuditAnswer;
    type Done = AuditRun;

    fn step(&self) -> Step<AuditAsk, AuditRun> {
        let (rounds, count) = (self.run.rounds.len(), self.options.probes);
        let last = rounds.saturating_sub(1);
        let question = self.run.questions.len().saturating_sub(1);
        let current = self.run.questions.last();
        Step::Ask(match self.stage() {
            Stage::Draft => {
                let question = self.drafts.len() / count;
                AuditAsk::Probes { question, development: true, template: rounds, count }
            }
            Stage::Annotate => AuditAsk::Annotate {
                round: rounds,
                probes: self.drafts.clone(),
                annotators: self.options.annotators,
            },
            Stage::Refine => AuditAsk::Refine { round: last },
            Stage::Probe => {
                let question = self.run.questions.len();
                AuditAsk::Probes { question, development: false, template: last, count }
            }
            Stage::Respond => {
                let probe =
                    current.and_then(|q| q.probes.get(q.responses.len())).cloned().unwrap_or_default();
                AuditAsk::Respond { question, probe }
            }
            Stage::Compare => AuditAsk::Compare {
                question,
                responses: current.map(|q| q.responses.clone()).unwrap_or_default(),
            },
            Stage::Done => return Step::Done(self.run.clone()),
        })
    }

    fn answer(&mut self, answer: AuditAnswer) -> Result<()> {
        let pairs = self.options.probes.saturating_mul(self.options.probes - 1) / 2;
        match (self.stage(), answer, self.run.questions.last_mut()) {
            (Stage::Draft, AuditAnswer::Probes(probes), _) => {
                num::check_same_length("probes of a question", self.options.probes, probes.len())?;
                self.drafts.extend(probes);
            }
            (Stage::Annotate, AuditAnswer::Annotations(annotations), _) => {
                let round = self.round(&annotations)?;
                self.refined = false;
                self.drafts.clear();
                self.run.rounds.push(round);
            }
            (Stage::Refine, AuditAnswer::Refined, _) => self.refined = true,
            (Stage::Probe, AuditAnswer::Probes(probes), _) => {
                num::check_same_length("probes of a question", self.options.probes, probes.len())?;
                self.run.questions.push(AuditedQuestion { probes, ..AuditedQuestion::default() });
            }
            (Stage::Respond, AuditAnswer::Response(response), Some(question)) => {
                question.responses.push(response);
            }
            (Stage::Compare, AuditAnswer::Comparison { similarities, truthful }, Some(question)) => {
                num::check_same_length("similarities of pairs of responses", pairs, similarities.len())?;
                num::check_finite("similarities of pairs of responses", &similarities)?;
                if !truthful.is_empty() {
                    num::check_same_length("truth of responses", question.probes.len(), truthful.len())?;
                }
                (question.similarities, question.truthful) = (similarities, truthful);
            }
            (stage, _, _) => {
                let expected = match stage {
                    Stage::Draft | Stage::Probe => "probes",
                    Stage::Annotate => "annotations",
                    Stage::Refine => "the refinement done",
                    Stage::Respond => "a response",
                    Stage::Compare => "a comparison",
                    Stage::Done => "none, the audit has ended",
                };
                return Err(Error::argument("answer", expected, "another kind"));
            }
        }
        Ok(())
    }
}
