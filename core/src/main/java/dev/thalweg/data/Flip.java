package dev.thalweg.data;

/// Whether pictures are mirrored left to right in training.
public enum Flip {
    /// Never.
    NONE,
    /// Each time with probability ½.
    RANDOM,
    /// Each example is mirrored or not at random in the first epoch, and then changes from epoch
    /// to epoch, so that any two epochs in succession show both sides (Jordan 2024,
    /// arXiv:2404.00498).
    ALTERNATING
}
