package dev.thalweg.report;

import dev.thalweg.minimize.Lbfgs;
import dev.thalweg.step.Precision;
import dev.thalweg.train.Defaults;
import dev.thalweg.train.Listener;
import dev.thalweg.train.Progress;
import dev.thalweg.train.Recipe;
import dev.thalweg.train.Trainer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/// Runs that take less than a second: LeNet on dark and bright noise.
public final class SmallRuns {
    /// Of the recipe: 2.5 epochs of 5 steps, the last one broken off.
    public static final int STEPS = 13;

    private SmallRuns() {}

    /// 60 pictures of two classes below `folder`; 12 for the test, 6 for validation, 42 to learn from.
    public static Recipe recipe(Path folder) throws IOException {
        var random = new SplittableRandom(3);
        for (int label = 0; label < 2; label++) {
            var pictures = Files.createDirectories(folder.resolve("data").resolve(label == 0 ? "dark" : "bright"));
            for (int i = 0; i < 30; i++) {
                var picture = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
                for (int y = 0; y < 28; y++)
                    for (int x = 0; x < 28; x++)
                        picture.getRaster().setSample(x, y, 0, 64 * label + random.nextInt(160));
                ImageIO.write(
                        picture,
                        "png",
                        pictures.resolve("%02d.png".formatted(i)).toFile());
            }
        }
        String source = folder.resolve("data").toString();
        return Defaults.forData(source)
                .withData(new Recipe.Data(source, 0.2, 0.125, 1, 1))
                .withNetwork(new Recipe.Net("lenet5", 1, 28, 28))
                .withTraining(new Recipe.Training(2.5, 8, 1, Precision.FP32, 1, 7, 1e9));
    }

    /// The same pictures, and three iterations of L-BFGS.
    public static Recipe minimized(Recipe recipe) {
        return Defaults.withRule(recipe, new Lbfgs())
                .withNetwork(new Recipe.Net("softmax", 1, 28, 28))
                .withTraining(new Recipe.Training(3, 8, 1, Precision.FP32, 1, 7, 1e9));
    }

    /// Asks `trainer` to stop after that step.
    public static Listener stopAfter(Trainer trainer, int step) {
        return new Listener() {
            @Override
            public void step(Progress progress) {
                if (progress.step() == step) trainer.stop();
            }
        };
    }
}
