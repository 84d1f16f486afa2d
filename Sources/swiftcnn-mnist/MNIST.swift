import Glibc
import SwiftCNN

/// Handwritten digits: 60,000 to train on and 10,000 to test with.
struct MNIST {
  struct Part {
    /// [n, 28, 28, 1], from 0 to 1.
    let images: Tensor
    /// [n], from 0 to 9.
    let labels: Tensor

    init(images: Tensor, labels: Tensor) throws {
      guard images.shape.count == 3, images.shape.dropFirst() == [28, 28], labels.shape == [images.shape[0]] else {
        throw SwiftCNNError.invalidValue(
          "images of shape [n, 28, 28] and n labels are expected; got \(images.shape) and \(labels.shape)")
      }
      self.images = try (images / 255).reshaped(images.shape + [1])
      self.labels = labels
    }

    func firstImages(_ count: Int) throws -> Tensor {
      let shape = [min(count, images.shape[0])] + images.shape.dropFirst()
      return try Tensor(shape: shape, values: Array(images.floats.prefix(shape.reduce(1, *))))
    }
  }

  let train: Part
  let test: Part

  /// Reads `mnist.npz` if the folder contains it; otherwise the IDX files.
  init(folder: String) throws {
    let archive = "\(folder)/mnist.npz"
    if access(archive, F_OK) == 0 {
      let arrays = try NPZ.read(archive)
      train = try Self.part("train", of: arrays, in: archive)
      test = try Self.part("test", of: arrays, in: archive)
    } else {
      train = try Self.part("train", in: folder)
      test = try Self.part("t10k", in: folder)
    }
  }

  /// The folder that the user gave on the command line or in the environment.
  static func folder(_ option: String?) throws -> String {
    if let folder = option ?? getenv("SWIFTCNN_DATA").map({ String(cString: $0) }) { return folder }
    throw SwiftCNNError.invalidValue(
      "no data: pass --data FOLDER, or set SWIFTCNN_DATA to a folder with mnist.npz or the IDX files")
  }

  private static func part(_ name: String, of arrays: [String: Tensor], in path: String) throws -> Part {
    guard let images = arrays["x_\(name)"], let labels = arrays["y_\(name)"] else {
      throw SwiftCNNError.invalidValue("\(path) lacks the arrays x_\(name) and y_\(name); it holds \(arrays.keys.sorted())")
    }
    return try Part(images: images, labels: labels)
  }

  private static func part(_ name: String, in folder: String) throws -> Part {
    try Part(
      images: try IDX.read(try findFile("\(name)-images", "idx3-ubyte", in: folder)),
      labels: try IDX.read(try findFile("\(name)-labels", "idx1-ubyte", in: folder)))
  }

  /// The files are called `train-images-idx3-ubyte`. Some sources use a dot in the name, and they are often still compressed.
  private static func findFile(_ stem: String, _ kind: String, in folder: String) throws -> String {
    let names = ["\(stem)-\(kind)", "\(stem).\(kind)", "\(stem)-\(kind).gz", "\(stem).\(kind).gz"]
    if let name = names.first(where: { access("\(folder)/\($0)", F_OK) == 0 }) { return "\(folder)/\(name)" }
    throw SwiftCNNError.invalidValue("the folder '\(folder)' holds neither mnist.npz nor any of \(names.joined(separator: ", "))")
  }
}
