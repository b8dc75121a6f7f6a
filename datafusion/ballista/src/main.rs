//! Scheduler, executor and client of a Ballista cluster that knows probity's functions.
//!
//! ```text
//! probity-ballista scheduler HOST PORT                        probity-ballista query df://HOST:PORT FOLDER SQL
//! probity-ballista executor HOST PORT SCHEDULER SCHEDULER_PORT    probity-ballista query embedded FOLDER SQL
//! probity-ballista data FOLDER ROWS FILES                     probity-ballista check df://HOST:PORT FOLDER ROWS [embedded]
//! ```
#![forbid(unsafe_code)]

mod check;
#[path = "../../examples/scale/figures.rs"]
mod figures;
#[path = "../../examples/scale/judgments.rs"]
mod judgments;

use std::error::Error;
use std::sync::Arc;

use ballista::prelude::SessionContextExt;
use ballista_core::registry::BallistaFunctionRegistry;
use ballista_core::utils::default_session_builder;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::start_server;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::prelude::{CsvReadOptions, SessionContext};
use probity_datafusion::{all_aggregates, all_scalars, register_all};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// An executor that has not been heard of for so many seconds is lost, and its tasks run elsewhere. Ballista's own
/// settings are 180 and 60.
const LOST_AFTER: u64 = 6;
const HEARTBEAT: u64 = 2;

/// The first place of registration: the sessions of the scheduler, which plans.
async fn scheduler(host: &str, port: u16) -> Outcome {
    let config = SchedulerConfig {
        bind_host: host.to_string(),
        external_host: host.to_string(),
        bind_port: port,
        executor_timeout_seconds: LOST_AFTER,
        expire_dead_executor_interval_seconds: HEARTBEAT,
        no_executors_grace_period_seconds: 2 * LOST_AFTER,
        override_session_builder: Some(Arc::new(|config| {
            let mut state = default_session_builder(config)?;
            register_all(&mut state)?;
            Ok(state)
        })),
        ..SchedulerConfig::default()
    };
    let cluster = BallistaCluster::new_from_config(&config).await?;
    Ok(start_server(cluster, format!("{host}:{port}").parse()?, Arc::new(config)).await?)
}

/// The second place: the functions of each executor, which counts.
async fn executor(host: &str, port: u16, scheduler_host: &str, scheduler_port: u16) -> Outcome {
    let mut functions = BallistaFunctionRegistry::default();
    let aggregates = all_aggregates().into_iter();
    functions.aggregate_functions.extend(aggregates.map(|f| (f.name().to_string(), f)));
    functions.scalar_functions.extend(all_scalars().into_iter().map(|f| (f.name().to_string(), f)));
    let config = ExecutorProcessConfig {
        bind_host: host.to_string(),
        external_host: Some(host.to_string()),
        port,
        grpc_port: port + 1,
        scheduler_host: scheduler_host.to_string(),
        scheduler_port,
        scheduler_connect_timeout_seconds: 30,
        executor_heartbeat_interval_seconds: HEARTBEAT,
        override_function_registry: Some(Arc::new(functions)),
        ..ExecutorProcessConfig::default()
    };
    Ok(start_executor_process(Arc::new(config)).await?)
}

/// The third place: the client's context, after it is connected. Connecting replaces the functions of the session, so
/// what was registered before is forgotten ("Invalid function 'cohen_kappa'"). The CSV files of the folder are table `t`.
async fn connect(cluster: &str, folder: &str) -> Outcome<SessionContext> {
    let mut context = match cluster {
        "embedded" => SessionContext::new(),
        url => SessionContext::remote(url).await?,
    };
    register_all(&mut context)?;
    context.register_csv("t", folder, CsvReadOptions::new()).await?;
    Ok(context)
}

/// Every value with all its digits, line by line in order.
fn table(batches: &[RecordBatch]) -> Outcome<String> {
    let (mut lines, options) = (Vec::new(), FormatOptions::default().with_null("NULL"));
    for batch in batches {
        let columns = batch.columns().iter().map(|column| ArrayFormatter::try_new(column.as_ref(), &options));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            let cells: Vec<String> = columns.iter().map(|column| column.value(row).to_string()).collect();
            lines.push(cells.join(" | "));
        }
    }
    lines.sort_unstable();
    Ok(lines.join("\n"))
}

#[tokio::main]
async fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["scheduler", host, port] => scheduler(host, port.parse()?).await,
        ["executor", host, port, scheduler, its_port] => {
            executor(host, port.parse()?, scheduler, its_port.parse()?).await
        }
        ["query", cluster, folder, sql] => {
            let found = connect(cluster, folder).await?.sql(sql).await?.collect().await?;
            println!("{}", table(&found)?);
            Ok(())
        }
        ["data", folder, rows, files] => judgments::write(folder, rows.parse()?, files.parse()?),
        ["check", cluster, folder, rows] => check::check(cluster, folder, rows.parse()?, false).await,
        ["check", cluster, folder, rows, "embedded"] => {
            check::check(cluster, folder, rows.parse()?, true).await
        }
        _ => Err("expected scheduler, executor, query, data or check; see the top of this file".into()),
    }
}
