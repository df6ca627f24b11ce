/// From files to batches. A [dev.thalweg.data.DataSet] is three random-access lists of
/// [dev.thalweg.data.Examples], opened by [dev.thalweg.data.DataSets] from whatever format it
/// recognises; [dev.thalweg.data.Preprocessing] says how a picture becomes network input,
/// [dev.thalweg.data.Augmentation] how it varies in training, and a
/// [dev.thalweg.data.Loader] reads batches ahead on other threads.
///
/// What a batch holds is a pure function of (data set, preprocessing, augmentation, seed, epoch,
/// batch), whatever the number of threads, the cache, or a resume in between.
@NullMarked
package dev.thalweg.data;

import org.jspecify.annotations.NullMarked;
