//! From the file to checklists.

use probity::checklist::parse_yes_no;
use serde::Deserialize;

use crate::args::Args;
use crate::common::Failure;

#[derive(Deserialize)]
struct Row {
    instruction: String,
    response: String,
    question: String,
    answer: String,
    human: Option<String>,
}

/// A response to an instruction: an answer a question.
pub(crate) struct Response {
    pub(crate) name: String,
    pub(crate) judge: Vec<Option<bool>>,
    pub(crate) human: Vec<Option<bool>>,
}

pub(crate) struct Instruction {
    pub(crate) name: String,
    pub(crate) questions: Vec<String>,
    pub(crate) responses: Vec<Response>,
}

pub(crate) struct Input {
    pub(crate) instructions: Vec<Instruction>,
    /// Where the answers are from.
    pub(crate) source: String,
}

impl Input {
    /// Whether people answered anything.
    pub(crate) fn has_people(&self) -> bool {
        self.responses().any(|response| response.human.iter().any(Option::is_some))
    }

    pub(crate) fn responses(&self) -> impl Iterator<Item = &Response> {
        self.instructions.iter().flat_map(|instruction| &instruction.responses)
    }
}

pub(crate) fn read(args: &Args) -> Result<Input, Failure> {
    let (text, source) = match &args.file {
        None => (include_str!("answers.csv").to_string(), "answers.csv".to_string()),
        Some(path) => {
            let text =
                std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
            (text, path.display().to_string())
        }
    };
    let mut instructions: Vec<Instruction> = Vec::new();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    for (i, row) in reader.deserialize().enumerate() {
        let row: Row = row.map_err(|error| format!("{source}: {error}"))?;
        add(&mut instructions, &row, args).map_err(|error| format!("{source}, record {}: {error}", i + 1))?;
    }
    for instruction in &instructions {
        for response in &instruction.responses {
            let (expected, found) = (instruction.questions.len(), response.judge.len());
            if expected != found {
                let (name, response) = (&instruction.name, &response.name);
                let message =
                    format!("{source}: {name:?}, {response:?}: expected {expected} answers, found {found}");
                return Err(message.into());
            }
        }
    }
    Ok(Input { instructions, source })
}

/// The position of the element with a name, which is made if there is none.
fn position<T>(list: &mut Vec<T>, is: impl Fn(&T) -> bool, make: impl FnOnce() -> T) -> usize {
    list.iter().position(is).unwrap_or_else(|| {
        list.push(make());
        list.len() - 1
    })
}

fn add(instructions: &mut Vec<Instruction>, row: &Row, args: &Args) -> Result<(), String> {
    let human = match row.human.as_deref().map(str::trim).unwrap_or_default() {
        "" => None,
        "yes" => Some(true),
        "no" => Some(false),
        other => return Err(format!("field \"human\": expected yes, no or nothing, found {other:?}")),
    };
    let at = position(
        instructions,
        |one| one.name == row.instruction,
        || Instruction { name: row.instruction.clone(), questions: Vec::new(), responses: Vec::new() },
    );
    let Instruction { questions, responses, .. } = &mut instructions[at];
    let at = position(
        responses,
        |one| one.name == row.response,
        || Response { name: row.response.clone(), judge: Vec::new(), human: Vec::new() },
    );
    // The first response lists the questions; the others answer them in the same order.
    if at == 0 {
        if questions.contains(&row.question) {
            return Err(format!("the question {:?} is answered twice", row.question));
        }
        questions.push(row.question.clone());
    }
    let response = &mut responses[at];
    match questions.get(response.judge.len()) {
        Some(expected) if *expected == row.question => {}
        Some(expected) => {
            return Err(format!("expected the question {expected:?}, found {:?}", row.question));
        }
        None => return Err(format!("the question {:?} is not one of the first response", row.question)),
    }
    response.judge.push(parse_yes_no(&row.answer, args.reading));
    response.human.push(human);
    Ok(())
}
