package dev.thalweg.bench.djl;

import ai.djl.basicdataset.cv.classification.ImageFolder;
import ai.djl.modality.cv.transform.Normalize;
import ai.djl.modality.cv.transform.RandomFlipLeftRight;
import ai.djl.modality.cv.transform.RandomResizedCrop;
import ai.djl.modality.cv.transform.ToTensor;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import ai.djl.translate.TranslateException;
import dev.thalweg.bench.Measurement;
import dev.thalweg.bench.Photographs;
import dev.thalweg.bench.Result;
import dev.thalweg.bench.Task;
import dev.thalweg.bench.Windows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Iterator;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// Measures how many photographs a second DJL's `ImageFolder` turns into training batches: the same
/// pictures and the same work as ours.
final class LoaderSpeed {
    private static final int SIDE = 224;
    private static final int BATCH = 32;

    private final ImageFolder folder;
    private final NDManager manager;
    private final ExecutorService pool;
    private Iterator<Batch> batches;

    private LoaderSpeed(ImageFolder folder, NDManager manager, ExecutorService pool)
            throws IOException, TranslateException {
        this.folder = folder;
        this.manager = manager;
        this.pool = pool;
        batches = folder.getData(manager, pool).iterator();
    }

    static void main(String[] arguments) throws IOException, TranslateException, InterruptedException {
        var task = Task.parse(arguments);
        int threads = task.threadsOrAll();
        var files = Files.createTempDirectory("thalweg-bench");
        var pool = Executors.newFixedThreadPool(threads);
        try (var manager = NDManager.newBaseManager()) {
            Photographs.paint(files);
            var folder = ImageFolder.builder()
                    .setRepositoryPath(files)
                    .optMaxDepth(1)
                    .addTransform(new RandomResizedCrop(SIDE, SIDE, 0.08, 1, 3 / 4.0, 4 / 3.0))
                    .addTransform(new RandomFlipLeftRight())
                    .addTransform(new ToTensor())
                    .addTransform(
                            new Normalize(new float[] {0.485f, 0.456f, 0.406f}, new float[] {0.229f, 0.224f, 0.225f}))
                    .setSampling(BATCH, true, true)
                    .optPrefetchNumber(threads + 1)
                    .build();
            folder.prepare();
            var speed = new LoaderSpeed(folder, manager, pool);
            Runnable batch = speed::take;
            Measurement.warm(batch, task.timing().warm());
            var windows = Windows.take(batch, task.timing());
            System.out.println(new Result(Result.LOADER)
                    .with("library", "djl")
                    .with("images_per_s", windows.median() * BATCH)
                    .with("threads", threads)
                    .with("clean", windows.clean().size())
                    .with("dirty", windows.dirty().size()));
            // Batches prepared ahead must not find their memory gone.
            pool.shutdown();
            pool.awaitTermination(1, TimeUnit.MINUTES);
        } finally {
            pool.shutdownNow();
            Photographs.remove(files);
        }
    }

    private void take() {
        try {
            if (!batches.hasNext()) batches = folder.getData(manager, pool).iterator();
            batches.next().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (TranslateException e) {
            throw new IllegalStateException(e);
        }
    }
}
