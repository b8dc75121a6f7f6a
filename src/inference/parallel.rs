use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, Result};

/// Results a lock: small enough that progress is felt, large enough that the lock is not.
const BLOCK: usize = 32;

/// `task(i)` for `i` in `0..total`, on `threads` threads, in order.
///
/// Contiguous blocks are handed out in ascending order and each runs to its end, so the result, and the error if there
/// is one, is the same for any number of threads. After every block `progress` hears how many results there are, out
/// of how many; `Break` ends the work with [`Error::Cancelled`].
pub(crate) fn map<T, F, P>(total: usize, threads: usize, progress: P, task: F) -> Result<Vec<T>>
where
    T: Send,
    F: Fn(usize) -> Result<T> + Sync,
    P: FnMut(u64, u64) -> ControlFlow<()> + Send,
{
    map_blocks(total, BLOCK, threads, progress, task)
}

/// [`map`] with `block` (at least 1) results a lock, for tasks of another size.
pub(crate) fn map_blocks<T, F, P>(
    total: usize,
    block: usize,
    threads: usize,
    progress: P,
    task: F,
) -> Result<Vec<T>>
where
    T: Send,
    F: Fn(usize) -> Result<T> + Sync,
    P: FnMut(u64, u64) -> ControlFlow<()> + Send,
{
    let size = block.max(1);
    let mut results: Vec<Option<T>> = Vec::new();
    results.resize_with(total, || None);
    let shared = Mutex::new(Shared {
        blocks: results.chunks_mut(size).enumerate(),
        progress,
        done: 0,
        failure: None,
        cancelled: false,
    });
    let lock = || shared.lock().unwrap_or_else(PoisonError::into_inner);
    let work = || {
        loop {
            let mut state = lock();
            if state.cancelled || state.failure.is_some() {
                return;
            }
            let Some((block, slots)) = state.blocks.next() else { return };
            drop(state);
            let failure = slots.iter_mut().enumerate().find_map(|(offset, slot)| {
                let index = block * size + offset;
                task(index).map(|value| *slot = Some(value)).err().map(|error| (index, error))
            });
            let finished = slots.len();
            let mut state = lock();
            match failure {
                Some((index, error)) if state.failure.as_ref().is_none_or(|(first, _)| index < *first) => {
                    state.failure = Some((index, error));
                }
                Some(_) => {}
                None => {
                    state.done += finished as u64;
                    let done = state.done;
                    state.cancelled |= (state.progress)(done, total as u64).is_break();
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.min(total.div_ceil(size)) {
            // Where the system gives no more threads, this one does the work.
            if std::thread::Builder::new().spawn_scoped(scope, work).is_err() {
                break;
            }
        }
        work();
    });
    let Shared { failure, cancelled, .. } = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    match failure {
        Some((_, error)) => Err(error),
        None if cancelled => Err(Error::Cancelled),
        None => Ok(results.into_iter().flatten().collect()),
    }
}

struct Shared<B, P> {
    blocks: B,
    progress: P,
    done: u64,
    /// The failure of the lowest index.
    failure: Option<(usize, Error)>,
    cancelled: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn quiet(_: u64, _: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    #[test]
    fn order_and_errors_do_not_depend_on_threads() {
        for threads in [1, 2, 5] {
            let squares = map(1000, threads, quiet, |i| Ok(i * i)).unwrap();
            assert!(squares.iter().enumerate().all(|(i, &s)| s == i * i));
            let error = map(1000, threads, quiet, |i| {
                if i % 7 == 5 && i > 300 { Err(Error::Overflow { what: "it" }) } else { Ok(i) }
            });
            assert_eq!(error, Err(Error::Overflow { what: "it" }));
        }
        assert!(map(0, 3, quiet, Ok::<usize, Error>).unwrap().is_empty());
    }

    #[test]
    fn progress_counts_up_and_cancels() {
        let mut heard = Vec::new();
        map(
            100,
            3,
            |done, total| {
                heard.push((done, total));
                ControlFlow::Continue(())
            },
            Ok,
        )
        .unwrap();
        assert_eq!(heard.last(), Some(&(100, 100)));
        assert!(heard.is_sorted());
        let stop = map(100_000, 2, |_, _| ControlFlow::Break(()), Ok);
        assert_eq!(stop, Err(Error::Cancelled));
    }
}
