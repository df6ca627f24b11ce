/// A run's records as TensorBoard reads them: event files in a folder.
package dev.thalweg.report.tensorboard;
