package dev.thalweg.optim;

/// A rule without a schedule (Defazio et al., 2024, arXiv:2405.15682): what is trained, y, lies between the point z
/// that
/// descends and the average x of where that has been, and x is what is to be used.
///
///     y = (1 − β) z + β x
///
/// The average takes the place of the falling learning rate, so that a run may end at any time. Recipes should
/// keep the rate constant after a warm-up; steps count in the average by the square of the largest rate so far.
///
/// Normalizations' running statistics belong to y; whoever evaluates x has to measure them anew there.
public sealed interface ScheduleFree extends Elementwise permits ScheduleFreeSgd, ScheduleFreeAdamW {

    /// The memory's vectors of z, and of the numbers that describe the average.
    int Z = 0;

    /// β, the share of the average in what is trained.
    double beta();

    /// The memory's vector of the three numbers below.
    int progress();

    /// Numbers in [#progress]: the sum of the steps' weights, the largest rate so far, and the weight of the
    /// present step in the average.
    int SUM = 0, LARGEST = 1, SHARE = 2;

    @Override
    default void begin(Memory memory, Terms terms) {
        double largest = Math.max(memory.kept(progress(), LARGEST), terms.learningRate);
        double weight = largest * largest, sum = memory.kept(progress(), SUM) + weight;
        memory.keep(progress(), LARGEST, largest);
        memory.keep(progress(), SUM, sum);
        memory.keep(progress(), SHARE, sum > 0 ? weight / sum : 0);
    }

    /// c, by how much the average moves at the present step.
    default double share(Memory memory) {
        return memory.kept(progress(), SHARE);
    }

    /// What the gradient is multiplied by on its way into y.
    default double stride(Memory memory, Terms terms) {
        return terms.learningRate * (beta() * (1 - share(memory)) - 1);
    }
}
