import SwiftCNN

/// Two convolutions, each with a pooling, and two dense layers, with dropout between them: 225,034 parameters.
func makeNetwork(seed: UInt64?) throws -> Model {
  try Sequential(input: [28, 28, 1], seed: seed) {
    Conv2D(32, kernelSize: 3, activation: .relu)
    MaxPooling2D()
    Dropout(0.25)
    Conv2D(64, kernelSize: 3, activation: .relu)
    MaxPooling2D()
    Dropout(0.25)
    Flatten()
    Dense(128, activation: .relu)
    Dropout(0.5)
    Dense(10, activation: .softmax)
  }
}

extension Model {
  /// The most probable class of each image.
  func predictedClasses(_ images: Tensor) throws -> [Int] {
    let predictions = try predict(images)
    let probabilities = predictions.floats
    let classes = probabilities.count / max(1, predictions.shape[0])
    return stride(from: 0, to: probabilities.count, by: classes).map { start in
      (0..<classes).max { probabilities[start + $0] < probabilities[start + $1] }!
    }
  }
}
