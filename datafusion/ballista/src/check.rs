//! The cluster, DataFusion embedded and the core on the same judgments: the same figures.

use datafusion::arrow::array::RecordBatch;

use crate::figures::{Query, run};
use crate::{Outcome, connect, table};

/// Groups of the query by very many of them; the example `scale` of the package takes a million.
const GROUPS: u64 = 10_000;

/// Rules that are met by one winner.
const VERDICT: &str = r#"SELECT winner, verdict('{"format": "probity.rules", "version": 1, "id": "s",
    "revision": "1", "rules": [{"id": "left", "check": {"starts_with": "left"}}]}', winner) AS verdict,
    is_idk('Who won?', CASE WHEN winner = 'tie' THEN 'Nobody knows.' ELSE winner END) AS idk, count(*)
    FROM t WHERE item < 1000 GROUP BY 1, 2, 3"#;

/// Every aggregate on the cluster, against the core to the bit (or to 1e-12) and, if so asked, against embedded to the
/// bit.
pub(crate) async fn check(cluster: &str, folder: &str, rows: u64, with_embedded: bool) -> Outcome {
    let (embedded, remote) = (connect("embedded", folder).await?, connect(cluster, folder).await?);
    let mut queries = Query::by_task(rows)?;
    queries.push(Query::by_item(rows, GROUPS)?);
    for query in &queries {
        println!("{}: asked", query.name);
        let (found, seconds) = query.check(&remote).await?;
        println!(
            "{}: {} aggregates of {rows} rows by {} groups, {seconds:.1} s: the core says the same",
            query.name,
            query.aggregates(),
            found.num_rows(),
        );
        if with_embedded {
            let (here, seconds) = query.check(&embedded).await?;
            assert_same(query.name, &found, &here)?;
            println!("{}: embedded, {seconds:.1} s, says the same", query.name);
        }
    }
    assert_same("texts", &run(&remote, VERDICT).await?, &run(&embedded, VERDICT).await?)?;
    println!("texts: embedded says the same");
    Ok(())
}

fn assert_same(name: &str, cluster: &RecordBatch, embedded: &RecordBatch) -> Outcome {
    let (cluster, embedded) = (table(std::slice::from_ref(cluster))?, table(std::slice::from_ref(embedded))?);
    if cluster == embedded && !cluster.is_empty() {
        return Ok(());
    }
    Err(format!("{name}: the cluster says\n{cluster}\nembedded says\n{embedded}").into())
}
