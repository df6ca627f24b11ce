package dev.thalweg.bench;

import java.util.SplittableRandom;

/// The batch that every library is given: standard normal images, random labels, the same in every
/// process.
///
/// @param images (batch, channels, height, width) or (batch, features)
/// @param labels one an example
public record SyntheticBatch(float[] images, int[] labels) {
    private static final long SEED = 1;

    public static SyntheticBatch of(Task task) {
        var net = task.workload().net();
        var random = new SplittableRandom(SEED);
        int size = task.batch();
        for (int extent : net.input()) size = Math.multiplyExact(size, extent);
        var images = new float[size];
        for (int i = 0; i < images.length; i++) images[i] = (float) random.nextGaussian();
        var labels = new int[task.batch()];
        for (int i = 0; i < labels.length; i++) labels[i] = random.nextInt(net.classes());
        return new SyntheticBatch(images, labels);
    }

    /// The images as (batch, height, width, channels).
    public float[] channelsLast(Net net) {
        if (net.input().size() == 1) return images;
        int channels = net.input().getFirst();
        int pixels = net.input().get(1) * net.input().get(2);
        var turned = new float[images.length];
        for (int n = 0; n < labels.length; n++)
            for (int c = 0; c < channels; c++)
                for (int p = 0; p < pixels; p++)
                    turned[(n * pixels + p) * channels + c] = images[(n * channels + c) * pixels + p];
        return turned;
    }
}
