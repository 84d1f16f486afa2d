import ArgumentParser
import SwiftCNN

@main
struct SwiftCNNMNIST: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "swiftcnn-mnist",
    abstract: "Trains the tutorials' convolutional network on MNIST and tells how well it reads digits.")

  @Option(help: "Folder with mnist.npz or the four IDX files (.gz or not). Default: the environment variable SWIFTCNN_DATA.")
  var data: String?

  @Option(help: "Passes over the training images; 0 only evaluates.")
  var epochs = 5

  @Option(help: "Images in each step.")
  var batchSize = 128

  @Option(help: "Determines the weights, dropout and the order of the images; default: random.")
  var seed: UInt64?

  @Option(help: "Threads to use. Default: SWIFTCNN_NUM_THREADS, or else all cores. The result does not depend on it.")
  var threads: Int?

  @Option(help: "Where to save the trained model.", completion: .file())
  var save: String?

  @Option(help: "A saved model to go on with, instead of new weights.", completion: .file())
  var load: String?

  func validate() throws {
    guard epochs >= 0 else { throw ValidationError("--epochs must not be negative, got \(epochs)") }
    guard batchSize >= 1 else { throw ValidationError("--batch-size must be at least 1, got \(batchSize)") }
    guard load == nil || seed == nil else { throw ValidationError("--seed chooses new weights; leave it out with --load") }
  }

  func run() throws {
    if let threads { try Engine.setNumThreads(threads) }
    let digits = try MNIST(folder: try MNIST.folder(data))
    let model = try makeModel()
    print("\(model.parameterCount) parameters, \(digits.train.images.shape[0]) images, \(Engine.numThreads) threads")
    if epochs > 0 { try train(model, on: digits) }
    try report(model, on: digits.test)
    if let save {
      try model.save(to: save)
      print("saved to \(save)")
    }
  }

  private func makeModel() throws -> Model {
    let model = try load.map { try Model.load(from: $0) } ?? makeNetwork(seed: seed)
    let isCompiled = !model.metricsNames.isEmpty
    if !isCompiled {
      try model.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy(), metrics: [.accuracy])
    }
    return model
  }

  private func train(_ model: Model, on digits: MNIST) throws {
    var progress = Progress(names: model.metricsNames)
    try model.fit(
      digits.train.images, digits.train.labels, batchSize: batchSize, epochs: epochs,
      validation: (x: digits.test.images, y: digits.test.labels)
    ) { event in
      progress.show(event)
      return .proceed
    }
  }

  private func report(_ model: Model, on test: MNIST.Part) throws {
    let values = try model.evaluate(test.images, test.labels, batchSize: 256)
    let parts = zip(model.metricsNames, values).map { "\($0) \(fixed($1, digits: 4))" }
    print("test: " + parts.joined(separator: ", "))
    let examples = 5
    let guesses = try model.predictedClasses(test.firstImages(examples))
    let labels = test.labels.floats.prefix(examples).map { Int($0) }
    print("predicted \(guesses), labels \(labels)")
  }
}
