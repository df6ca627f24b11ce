/// What is wrong with a data set, before it is trained on. Start at [DataCheck].
package dev.thalweg.data.check;
