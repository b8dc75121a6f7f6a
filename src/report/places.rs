//! Free places for labels beside points.

/// Boxes that are taken, inside a frame.
#[derive(Debug)]
pub(super) struct Places {
    low: (f64, f64),
    high: (f64, f64),
    /// Middle, half the width, half the height.
    taken: Vec<((f64, f64), f64, f64)>,
}

/// Directions from a point, the best first: to the upper right, as in a chart drawn by hand.
const DIRECTIONS: [(f64, f64); 12] = [
    (0.8, -0.6),
    (0.8, 0.6),
    (-0.8, -0.6),
    (-0.8, 0.6),
    (0.0, -1.0),
    (0.0, 1.0),
    (1.0, 0.0),
    (-1.0, 0.0),
    (0.4, -0.92),
    (-0.4, -0.92),
    (0.4, 0.92),
    (-0.4, 0.92),
];
/// How far from the point, beyond which nobody sees that a label belongs to it.
const DISTANCES: [f64; 4] = [4.0, 7.0, 11.0, 16.0];

impl Places {
    pub(super) fn inside(low: (f64, f64), high: (f64, f64)) -> Self {
        Self { low, high, taken: Vec::new() }
    }

    pub(super) fn take(&mut self, middle: (f64, f64), half_width: f64, half_height: f64) {
        self.taken.push((middle, half_width, half_height));
    }

    fn is_free(&self, (x, y): (f64, f64), half_width: f64, half_height: f64) -> bool {
        x - half_width >= self.low.0
            && x + half_width <= self.high.0
            && y - half_height >= self.low.1
            && y + half_height <= self.high.1
            && self.taken.iter().all(|&((tx, ty), w, h)| {
                (tx - x).abs() >= w + half_width || (ty - y).abs() >= h + half_height
            })
    }

    /// The middle of a free box beside a point, which is then taken.
    pub(super) fn beside(
        &mut self,
        point: (f64, f64),
        half_width: f64,
        half_height: f64,
    ) -> Option<(f64, f64)> {
        let candidates = DISTANCES.iter().flat_map(|&distance| {
            DIRECTIONS.iter().map(move |&(dx, dy)| {
                (point.0 + dx * (distance + half_width), point.1 + dy * (distance + half_height))
            })
        });
        let found = candidates.into_iter().find(|&place| self.is_free(place, half_width, half_height))?;
        self.take(found, half_width, half_height);
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_stays_free_of_others() {
        let mut places = Places::inside((0.0, 0.0), (100.0, 100.0));
        let found: Vec<(f64, f64)> = (0..30).filter_map(|_| places.beside((50.0, 50.0), 6.0, 5.0)).collect();
        assert!(found.len() > 3 && found.len() < 30, "{found:?}");
        for (i, a) in found.iter().enumerate() {
            for b in found.iter().skip(i + 1) {
                assert!((a.0 - b.0).abs() >= 12.0 || (a.1 - b.1).abs() >= 10.0, "{a:?} {b:?}");
            }
        }
        assert_eq!(Places::inside((0.0, 0.0), (5.0, 5.0)).beside((2.0, 2.0), 6.0, 5.0), None);
    }
}
