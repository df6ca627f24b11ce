/// A run's records in an MLflow tracking server, by its REST interface.
package dev.thalweg.report.mlflow;
