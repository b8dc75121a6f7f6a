use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, StringArray};
use arrow::datatypes::DataType;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use probity::rules::{CompiledRules, Decision, Record, RuleSet};
use probity::text::RefusalDetector;

use serde_json::Value as Json;

use crate::arguments::{Argument, Kind, coerce};
use crate::columns::Texts;
use crate::error::{Place, Result};

/// The column of an argument, by its position from 1.
fn texts<'a>(
    function: &'static str,
    arguments: &[Argument],
    position: usize,
    columns: &'a [ArrayRef],
) -> Result<Texts<'a>> {
    let argument = arguments.get(position - 1).map_or("", |argument| argument.name);
    Texts::new(Place { function, position, argument }, columns)
}

/// `verdict(rule_set, text)`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Verdict {
    signature: Signature,
}

const VERDICT: &str = "verdict";
const VERDICT_ARGUMENTS: &[Argument] =
    &[Argument { name: "rule_set", kind: Kind::Text }, Argument { name: "text", kind: Kind::Text }];

impl Verdict {
    pub(crate) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

/// A rule set from JSON as the core writes it. The core's own reader, which knows the lines of mistakes, comes with its
/// feature `io` and the readers of files.
fn read(text: &str) -> std::result::Result<RuleSet, String> {
    let mut file: serde_json::Map<String, Json> = serde_json::from_str(text).map_err(|e| e.to_string())?;
    let (format, version) = (file.remove("format"), file.remove("version"));
    if format != Some(Json::from("probity.rules")) || version != Some(Json::from(1)) {
        return Err("not the format probity.rules of version 1".to_string());
    }
    serde_json::from_value(Json::Object(file)).map_err(|e| e.to_string())
}

fn compile(text: &str) -> Result<CompiledRules> {
    let place = Place { function: VERDICT, position: 1, argument: "rule_set" };
    let rules = read(text).and_then(|set| set.compile().map_err(|error| error.to_string()));
    rules.map_err(|error| place.value("a rule set as JSON", error))
}

fn decision_name(decision: Decision) -> &'static str {
    match decision {
        Decision::Pass => "pass",
        Decision::Fail => "fail",
        Decision::Undecided => "undecided",
        Decision::NotApplicable => "not_applicable",
    }
}

impl ScalarUDFImpl for Verdict {
    fn name(&self) -> &str {
        VERDICT
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        coerce(VERDICT, VERDICT_ARGUMENTS, found)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = ColumnarValue::values_to_arrays(&args.args)?;
        let (sets, responses) = (
            texts(VERDICT, VERDICT_ARGUMENTS, 1, &columns)?,
            texts(VERDICT, VERDICT_ARGUMENTS, 2, &columns)?,
        );
        // Compiled once as long as the set stays the same.
        let mut compiled: Option<(&str, CompiledRules)> = None;
        let decisions = (0..columns.first().map_or(0, Array::len)).map(|row| {
            let Some((set, text)) = sets.get(row).zip(responses.get(row)) else { return Ok(None) };
            if compiled.as_ref().is_none_or(|(known, _)| *known != set) {
                compiled = Some((set, compile(set)?));
            }
            Ok(compiled.as_ref().map(|(_, rules)| decision_name(rules.judge(&Record::new(text)).decision)))
        });
        let array = decisions.collect::<Result<StringArray>>()?;
        Ok(ColumnarValue::Array(Arc::new(array)))
    }
}

/// `is_idk(question, response)`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct IsIdk {
    signature: Signature,
}

const IS_IDK: &str = "is_idk";
const IS_IDK_ARGUMENTS: &[Argument] =
    &[Argument { name: "question", kind: Kind::Text }, Argument { name: "response", kind: Kind::Text }];

impl IsIdk {
    pub(crate) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for IsIdk {
    fn name(&self) -> &str {
        IS_IDK
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        coerce(IS_IDK, IS_IDK_ARGUMENTS, found)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = ColumnarValue::values_to_arrays(&args.args)?;
        let (questions, responses) =
            (texts(IS_IDK, IS_IDK_ARGUMENTS, 1, &columns)?, texts(IS_IDK, IS_IDK_ARGUMENTS, 2, &columns)?);
        let detector = RefusalDetector::default();
        let rows = 0..columns.first().map_or(0, Array::len);
        let found = rows.map(|row| {
            let response = responses.get(row)?;
            Some(detector.is_refusal(questions.get(row).unwrap_or(""), response))
        });
        Ok(ColumnarValue::Array(Arc::new(found.collect::<BooleanArray>())))
    }
}
