use datafusion_common::DataFusionError;

pub(crate) use datafusion_common::Result;

/// Where a value stands: function, position from 1 and name of the argument.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) function: &'static str,
    pub(crate) position: usize,
    pub(crate) argument: &'static str,
}

impl Place {
    fn message(self, expected: impl std::fmt::Display, found: impl std::fmt::Display) -> String {
        let Self { function, position, argument } = self;
        format!("{function}: argument {position} ({argument}): expected {expected}, found {found}")
    }

    /// A wrong value in a row.
    pub(crate) fn value(
        self,
        expected: impl std::fmt::Display,
        found: impl std::fmt::Display,
    ) -> DataFusionError {
        DataFusionError::Execution(self.message(expected, found))
    }

    /// A wrong type or literal in the query.
    pub(crate) fn plan(
        self,
        expected: impl std::fmt::Display,
        found: impl std::fmt::Display,
    ) -> DataFusionError {
        DataFusionError::Plan(self.message(expected, found))
    }

    /// What the core says of a value of this argument.
    pub(crate) fn core(self, error: &probity::Error) -> DataFusionError {
        let Self { function, position, argument } = self;
        DataFusionError::Execution(format!("{function}: argument {position} ({argument}): {error}"))
    }
}

/// What the core says of the tallies or the figure.
pub(crate) fn of_core(function: &str, error: impl std::fmt::Display) -> DataFusionError {
    DataFusionError::Execution(format!("{function}: {error}"))
}
