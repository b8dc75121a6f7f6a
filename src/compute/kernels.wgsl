// The kernels of the GPU. All results but those of `deviations` are integers, and equal those of the CPU bit for bit.
//
// Every kernel reads a list of jobs, one a workgroup, so that many small matrices are one dispatch; a job is twelve
// words. No loop runs more than 16,384 times (see `gpu_plan.rs`): some drivers stop longer ones without a word.
// Inner steps are written out: drivers keep no bound-checked loop in registers.

const NO_MORE_GROUPS = 65535u;

fn job_index(group: vec3<u32>) -> u32 {
    return group.y * NO_MORE_GROUPS + group.x;
}

@group(0) @binding(0) var<storage, read> words: array<u32>;
@group(0) @binding(2) var<storage, read_write> counts: array<atomic<u32>>;

// ---- Pairs of raters: bit planes [rater][label planes, then validity][word] ----

struct PairJob {
    base: u32,       // first word of the matrix
    stride: u32,     // words of one plane
    begin: u32,      // words to read of each plane
    end: u32,
    first: u32,      // the tile's first row and column
    second: u32,
    rows: u32,       // rows there are
    result: u32,     // the result of (row, column) is at result + row * result_stride + column, modulo 2^32
    result_stride: u32,
    planes: u32,     // label planes
    categories: u32, // a row is a category of a rater; not used where it is a rater
    rest: u32,
}
@group(0) @binding(1) var<storage, read> pair_jobs: array<PairJob>;

const TILE = 64u;
const STEP = 16u;  // columns of the tiles in shared memory
const PITCH = 17u; // padded against bank conflicts

// Four rows side by side: [column][row / 4].
var<workgroup> left: array<vec4<u32>, 272>;
var<workgroup> right: array<vec4<u32>, 272>;
var<private> sum0: vec4<u32>;
var<private> sum1: vec4<u32>;
var<private> sum2: vec4<u32>;
var<private> sum3: vec4<u32>;

// The items of a rater that have a category, from the bits of the code.
fn one_hot(plane: u32, stride: u32, planes: u32, category: u32) -> u32 {
    var found = words[plane + planes * stride];
    for (var p = 0u; p < planes; p++) {
        found &= words[plane + p * stride] ^ (((category >> p) & 1u) - 1u);
    }
    return found;
}

fn add_cells(column: u32, l: vec3<u32>) {
    let a = left[column * PITCH + l.y];
    let b = right[column * PITCH + l.x];
    sum0 += countOneBits(vec4<u32>(a.x) & b);
    sum1 += countOneBits(vec4<u32>(a.y) & b);
    sum2 += countOneBits(vec4<u32>(a.z) & b);
    sum3 += countOneBits(vec4<u32>(a.w) & b);
}

@compute @workgroup_size(16, 16, 1)
fn pair_cells(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_id) l: vec3<u32>,
    @builtin(local_invocation_index) li: u32,
) {
    let index = job_index(group);
    if (index >= arrayLength(&pair_jobs)) { return; }
    let job = pair_jobs[index];
    // This invocation loads one column of four rows of each tile.
    let column = li % STEP;
    let row = li / STEP;
    var from_a: vec4<u32>;
    var from_b: vec4<u32>;
    var category_a: vec4<u32>;
    var category_b: vec4<u32>;
    for (var s = 0u; s < 4u; s++) {
        let a = job.first + 16u * s + row;
        let b = job.second + 16u * s + row;
        from_a[s] = job.base + (a / job.categories) * (job.planes + 1u) * job.stride + column;
        from_b[s] = job.base + (b / job.categories) * (job.planes + 1u) * job.stride + column;
        category_a[s] = a % job.categories;
        category_b[s] = b % job.categories;
    }
    for (var w = job.begin; w < job.end; w += STEP) {
        for (var s = 0u; s < 4u; s++) {
            let r = 16u * s + row;
            var a = 0u;
            var b = 0u;
            if (w + column < job.end) {
                if (job.first + r < job.rows) { a = one_hot(from_a[s] + w, job.stride, job.planes, category_a[s]); }
                if (job.second + r < job.rows) { b = one_hot(from_b[s] + w, job.stride, job.planes, category_b[s]); }
            }
            left[column * PITCH + r / 4u][r % 4u] = a;
            right[column * PITCH + r / 4u][r % 4u] = b;
        }
        workgroupBarrier();
        for (var k = 0u; k < STEP; k += 4u) {
            add_cells(k, l);
            add_cells(k + 1u, l);
            add_cells(k + 2u, l);
            add_cells(k + 3u, l);
        }
        workgroupBarrier();
    }
    add_row(job, 4u * l.y, 4u * l.x, sum0);
    add_row(job, 4u * l.y + 1u, 4u * l.x, sum1);
    add_row(job, 4u * l.y + 2u, 4u * l.x, sum2);
    add_row(job, 4u * l.y + 3u, 4u * l.x, sum3);
}

fn add_row(job: PairJob, row: u32, column: u32, sums: vec4<u32>) {
    if (job.first + row >= job.rows) { return; }
    for (var j = 0u; j < 4u; j++) {
        let c = job.second + column + j;
        if (c < job.rows && sums[j] != 0u) {
            atomicAdd(&counts[job.result + (job.first + row) * job.result_stride + c], sums[j]);
        }
    }
}

var<private> same0: vec4<u32>;
var<private> same1: vec4<u32>;
var<private> same2: vec4<u32>;
var<private> same3: vec4<u32>;

// Agreements and common items: a row is a rater, the result two counts a pair.
@compute @workgroup_size(16, 16, 1)
fn pair_agreements(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_id) l: vec3<u32>,
    @builtin(local_invocation_index) li: u32,
) {
    let index = job_index(group);
    if (index >= arrayLength(&pair_jobs)) { return; }
    let job = pair_jobs[index];
    let slots = job.planes + 1u;  // at most 16
    let per_step = STEP / slots;  // words a step
    let used = per_step * slots;
    let column = li % STEP;       // [word][plane]
    let plane = column % slots;
    let word = column / slots;
    let row = li / STEP;
    for (var w = job.begin; w < job.end; w += per_step) {
        for (var s = 0u; s < 4u; s++) {
            let r = 16u * s + row;
            var a = 0u;
            var b = 0u;
            if (column < used && w + word < job.end) {
                let at = job.base + plane * job.stride + w + word;
                if (job.first + r < job.rows) { a = words[at + (job.first + r) * slots * job.stride]; }
                if (job.second + r < job.rows) { b = words[at + (job.second + r) * slots * job.stride]; }
            }
            left[column * PITCH + r / 4u][r % 4u] = a;
            right[column * PITCH + r / 4u][r % 4u] = b;
        }
        workgroupBarrier();
        for (var k = 0u; k < used; k += slots) {
            var other0 = vec4<u32>(0u);
            var other1 = vec4<u32>(0u);
            var other2 = vec4<u32>(0u);
            var other3 = vec4<u32>(0u);
            for (var p = k; p < k + job.planes; p++) {
                let a = left[p * PITCH + l.y];
                let b = right[p * PITCH + l.x];
                other0 |= vec4<u32>(a.x) ^ b;
                other1 |= vec4<u32>(a.y) ^ b;
                other2 |= vec4<u32>(a.z) ^ b;
                other3 |= vec4<u32>(a.w) ^ b;
            }
            let a = left[(k + job.planes) * PITCH + l.y];
            let b = right[(k + job.planes) * PITCH + l.x];
            sum0 += countOneBits(vec4<u32>(a.x) & b);
            sum1 += countOneBits(vec4<u32>(a.y) & b);
            sum2 += countOneBits(vec4<u32>(a.z) & b);
            sum3 += countOneBits(vec4<u32>(a.w) & b);
            same0 += countOneBits(vec4<u32>(a.x) & b & ~other0);
            same1 += countOneBits(vec4<u32>(a.y) & b & ~other1);
            same2 += countOneBits(vec4<u32>(a.z) & b & ~other2);
            same3 += countOneBits(vec4<u32>(a.w) & b & ~other3);
        }
        workgroupBarrier();
    }
    add_two(job, 4u * l.y, 4u * l.x, same0, sum0);
    add_two(job, 4u * l.y + 1u, 4u * l.x, same1, sum1);
    add_two(job, 4u * l.y + 2u, 4u * l.x, same2, sum2);
    add_two(job, 4u * l.y + 3u, 4u * l.x, same3, sum3);
}

fn add_two(job: PairJob, row: u32, column: u32, same: vec4<u32>, both: vec4<u32>) {
    if (job.first + row >= job.rows) { return; }
    for (var j = 0u; j < 4u; j++) {
        let c = job.second + column + j;
        if (c < job.rows && both[j] != 0u) {
            let at = job.result + (job.first + row) * job.result_stride + 2u * c;
            atomicAdd(&counts[at], same[j]);
            atomicAdd(&counts[at + 1u], both[j]);
        }
    }
}

// ---- Draws with replacement, as counts of kinds: `words` is the kind of each unit ----

struct DrawJob {
    resample: u32,
    begin: u32,      // blocks of four draws
    end: u32,
    result: u32,     // where this resample's counts begin
    units: u32,
    threshold: u32,  // 2^32 modulo units
    key0: u32,
    key1: u32,
    stream: u32,
    window: u32,     // the units whose kinds are here
    window_len: u32,
    kinds: u32,
}
@group(0) @binding(1) var<storage, read> draw_jobs: array<DrawJob>;

// (high, low) of the 64-bit product.
fn multiply(a: u32, b: u32) -> vec2<u32> {
    let al = a & 0xffffu;
    let ah = a >> 16u;
    let bl = b & 0xffffu;
    let bh = b >> 16u;
    let low = al * bl;
    let cross = al * bh;
    let other = ah * bl;
    let middle = (low >> 16u) + (cross & 0xffffu) + (other & 0xffffu);
    return vec2<u32>(ah * bh + (cross >> 16u) + (other >> 16u) + (middle >> 16u), a * b);
}

fn philox_round(c: vec4<u32>, key: vec2<u32>) -> vec4<u32> {
    let m0 = multiply(0xD2511F53u, c.x);
    let m1 = multiply(0xCD9E8D57u, c.z);
    return vec4<u32>(m1.x ^ c.y ^ key.x, m1.y, m0.x ^ c.w ^ key.y, m0.y);
}

// Philox4x32-10.
fn philox(counter: vec4<u32>, first: vec2<u32>) -> vec4<u32> {
    let weyl = vec2<u32>(0x9E3779B9u, 0xBB67AE85u);
    var c = philox_round(counter, first);
    c = philox_round(c, first + weyl);
    c = philox_round(c, first + 2u * weyl);
    c = philox_round(c, first + 3u * weyl);
    c = philox_round(c, first + 4u * weyl);
    c = philox_round(c, first + 5u * weyl);
    c = philox_round(c, first + 6u * weyl);
    c = philox_round(c, first + 7u * weyl);
    c = philox_round(c, first + 8u * weyl);
    return philox_round(c, first + 9u * weyl);
}

// The unit of a draw: Lemire's multiplication with rejection; a new attempt has a counter of its own.
fn unit_of(job: DrawJob, block: u32, lane: u32, word: u32) -> u32 {
    var wide = multiply(word, job.units);
    var attempt = 1u;
    while (wide.y < job.threshold && attempt < 16384u) {
        let again = philox(vec4<u32>(block, job.resample, attempt, job.stream), vec2<u32>(job.key0, job.key1));
        wide = multiply(again[lane], job.units);
        attempt++;
    }
    return wide.x;
}

// The kind of a draw, `kinds` where there is none or where its unit lies outside the window.
fn kind_of(job: DrawJob, block: u32, lane: u32, word: u32) -> u32 {
    // The last block may be cut.
    if (lane > 0u && (job.units - 1u) / 4u == block && (job.units - 1u) % 4u < lane) { return job.kinds; }
    let unit = unit_of(job, block, lane, word) - job.window;
    if (unit >= job.window_len) { return job.kinds; }
    return words[unit];
}

const FEW_KINDS = 2048u;
var<workgroup> histogram: array<atomic<u32>, 2048>;

fn draw_few(job: DrawJob, block: u32, lane: u32, word: u32) {
    let kind = kind_of(job, block, lane, word);
    if (kind < job.kinds) { atomicAdd(&histogram[kind], 1u); }
}

// Kinds that fit into shared memory.
@compute @workgroup_size(256, 1, 1)
fn draws_of_few(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) li: u32) {
    let index = job_index(group);
    if (index >= arrayLength(&draw_jobs)) { return; }
    let job = draw_jobs[index];
    for (var block = job.begin + li; block < job.end; block += 256u) {
        let drawn = philox(vec4<u32>(block, job.resample, 0u, job.stream), vec2<u32>(job.key0, job.key1));
        draw_few(job, block, 0u, drawn.x);
        draw_few(job, block, 1u, drawn.y);
        draw_few(job, block, 2u, drawn.z);
        draw_few(job, block, 3u, drawn.w);
    }
    workgroupBarrier();
    for (var kind = li; kind < job.kinds; kind += 256u) {
        let n = atomicLoad(&histogram[kind]);
        if (n != 0u) { atomicAdd(&counts[job.result + kind], n); }
    }
}

fn draw_many(job: DrawJob, block: u32, lane: u32, word: u32) {
    let kind = kind_of(job, block, lane, word);
    if (kind < job.kinds) { atomicAdd(&counts[job.result + kind], 1u); }
}

@compute @workgroup_size(256, 1, 1)
fn draws_of_many(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) li: u32) {
    let index = job_index(group);
    if (index >= arrayLength(&draw_jobs)) { return; }
    let job = draw_jobs[index];
    for (var block = job.begin + li; block < job.end; block += 256u) {
        let drawn = philox(vec4<u32>(block, job.resample, 0u, job.stream), vec2<u32>(job.key0, job.key1));
        draw_many(job, block, 0u, drawn.x);
        draw_many(job, block, 1u, drawn.y);
        draw_many(job, block, 2u, drawn.z);
        draw_many(job, block, 3u, drawn.w);
    }
}

// ---- Deviations of one user from the others of a document ----

struct DeviationJob {
    base: u32,          // the user's first distance
    users: u32,
    user: u32,          // whose distance to itself does not count
    result: u32,
    per_gold: f32,      // 1 / distance of the user's gold text to the document, 0 for weights of 0
    per_model: f32,
    epsilon: f32,
    weighted: u32,      // whether distances are weighted by their softmax
    rest: vec4<u32>,
}
@group(0) @binding(1) var<storage, read> deviation_jobs: array<DeviationJob>;
// Negative where a distance is missing.
@group(0) @binding(0) var<storage, read> gold: array<f32>;
@group(0) @binding(3) var<storage, read> model: array<f32>;
@group(0) @binding(2) var<storage, read_write> deviations_out: array<f32>;

var<workgroup> partial: array<vec2<f32>, 64>;

fn fold_max(li: u32, value: vec2<f32>) -> vec2<f32> {
    partial[li] = value;
    workgroupBarrier();
    for (var d = 32u; d > 0u; d >>= 1u) {
        if (li < d) { partial[li] = max(partial[li], partial[li + d]); }
        workgroupBarrier();
    }
    let most = partial[0];
    workgroupBarrier();
    return most;
}

fn fold_sum(li: u32, value: vec2<f32>) -> vec2<f32> {
    partial[li] = value;
    workgroupBarrier();
    for (var d = 32u; d > 0u; d >>= 1u) {
        if (li < d) { partial[li] += partial[li + d]; }
        workgroupBarrier();
    }
    let sum = partial[0];
    workgroupBarrier();
    return sum;
}

// The sum over the other users, where both distances are known, of the ratio of the smaller to the greater one.
@compute @workgroup_size(64, 1, 1)
fn deviations(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) li: u32) {
    let index = job_index(group);
    if (index >= arrayLength(&deviation_jobs)) { return; }
    let job = deviation_jobs[index];
    let per = vec2<f32>(job.per_gold, job.per_model);
    var most = vec2<f32>(0.0);
    var total = vec2<f32>(1.0);
    if (job.weighted != 0u) {
        var local = vec2<f32>(0.0);
        for (var v = li; v < job.users; v += 64u) {
            if (v != job.user) { local = max(local, vec2<f32>(gold[job.base + v], model[job.base + v])); }
        }
        most = fold_max(li, local);
        var parts = vec2<f32>(0.0);
        for (var v = li; v < job.users; v += 64u) {
            if (v != job.user) {
                let d = vec2<f32>(gold[job.base + v], model[job.base + v]);
                parts += select(vec2<f32>(0.0), exp((d - most) * per), d >= vec2<f32>(0.0));
            }
        }
        total = fold_sum(li, parts);
    }
    var ratio = 0.0;
    for (var v = li; v < job.users; v += 64u) {
        let d = vec2<f32>(gold[job.base + v], model[job.base + v]);
        if (v != job.user && d.x >= 0.0 && d.y >= 0.0) {
            var x = d;
            if (job.weighted != 0u) { x = d * exp((d - most) * per) / total; }
            ratio += (min(x.x, x.y) + job.epsilon) / (max(x.x, x.y) + job.epsilon);
        }
    }
    let sum = fold_sum(li, vec2<f32>(ratio, 0.0));
    if (li == 0u) { deviations_out[job.result] = sum.x; }
}

// ---- Scores with a yes or no each: `words` are fixed-point scores, `hits` is a bitmap ----

struct ScoreJob {
    begin: u32,   // items, at most 65,535
    end: u32,
    result: u32,
    bins: u32,
    right_closed: u32,
    rest0: u32,
    rest1: u32,
    rest2: u32,
    rest3: vec4<u32>,
}
@group(0) @binding(1) var<storage, read> score_jobs: array<ScoreJob>;
@group(0) @binding(3) var<storage, read> hits: array<u32>;

// Reliability bins: count, hits, and the sum of the scores in two halves of 16 bits (15 the upper).
@compute @workgroup_size(256, 1, 1)
fn bins(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) li: u32) {
    let index = job_index(group);
    if (index >= arrayLength(&score_jobs)) { return; }
    let job = score_jobs[index];
    for (var i = job.begin + li; i < job.end; i += 256u) {
        let score = words[i];
        // Rounded up where an edge belongs to the bin below it.
        let wide = multiply(score, job.bins);
        let low = wide.y + job.right_closed * ((1u << 30u) - 1u);
        let place = ((wide.x + u32(low < wide.y)) << 2u) | (low >> 30u);
        let bin = min(place - min(place, job.right_closed), job.bins - 1u);
        atomicAdd(&histogram[bin * 4u], 1u);
        atomicAdd(&histogram[bin * 4u + 1u], (hits[i / 32u] >> (i % 32u)) & 1u);
        atomicAdd(&histogram[bin * 4u + 2u], score & 0xffffu);
        atomicAdd(&histogram[bin * 4u + 3u], score >> 16u);
    }
    workgroupBarrier();
    for (var k = li; k < job.bins * 4u; k += 256u) {
        atomicStore(&counts[job.result + k], atomicLoad(&histogram[k]));
    }
}

// Counts of each level without and with a hit: level k of 65,536 at 2k and 2k + 1.
@compute @workgroup_size(256, 1, 1)
fn levels(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) li: u32) {
    let index = job_index(group);
    if (index >= arrayLength(&score_jobs)) { return; }
    let job = score_jobs[index];
    for (var i = job.begin + li; i < job.end; i += 256u) {
        let level = (words[i / 2u] >> (16u * (i % 2u))) & 0xffffu;
        atomicAdd(&counts[job.result + 2u * level + ((hits[i / 32u] >> (i % 32u)) & 1u)], 1u);
    }
}

// ---- What the device can do at best ----

struct RateJob {
    begin: u32,
    end: u32,
    seed: u32,
    rest0: u32,
    rest1: vec4<u32>,
    rest2: vec4<u32>,
}
@group(0) @binding(1) var<storage, read> rate_jobs: array<RateJob>;
@group(0) @binding(2) var<storage, read_write> copied: array<u32>;

@compute @workgroup_size(256, 1, 1)
fn copy_words(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) li: u32) {
    let index = job_index(group);
    if (index >= arrayLength(&rate_jobs)) { return; }
    let job = rate_jobs[index];
    for (var i = job.begin + li; i < job.end; i += 256u) { copied[i] = words[i]; }
}

// Sixteen counts a round, as in `add_cells`, without loads.
@compute @workgroup_size(256, 1, 1)
fn popcounts(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) li: u32) {
    let index = job_index(group);
    if (index >= arrayLength(&rate_jobs)) { return; }
    let job = rate_jobs[index];
    let start = words[0] ^ (job.seed + li);
    let a = vec4<u32>(start, start * 3u, start * 5u, start * 7u);
    for (var i = job.begin; i < job.end; i++) {
        let b = a ^ vec4<u32>(i * 0x9E3779B9u);
        sum0 += countOneBits(vec4<u32>(a.x) & b);
        sum1 += countOneBits(vec4<u32>(a.y) & b);
        sum2 += countOneBits(vec4<u32>(a.z) & b);
        sum3 += countOneBits(vec4<u32>(a.w) & b);
    }
    let all = sum0 + sum1 + sum2 + sum3;
    copied[li] = all.x + all.y + all.z + all.w;
}
