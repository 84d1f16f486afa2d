/// The header of a safetensors file: metadata, and the place of each tensor. Only F32 tensors can be read.
///
/// Layout: the header's length (8 bytes, little-endian), a JSON header, then the tensors without gap or overlap.
/// Reference: https://github.com/huggingface/safetensors
struct SafetensorsFile {
  struct Entry: Equatable {
    let name: String
    let shape: [Int]
    /// Where the tensor's bytes lie, counted from the start of the file; little-endian float32 in C order.
    let range: Range<Int>
  }

  let metadata: [(String, String)]
  /// In the header's order.
  let tensors: [Entry]
  private let positions: [String: Int]

  init(metadata: [(String, String)], tensors: [Entry]) {
    self.metadata = metadata
    self.tensors = tensors
    positions = Dictionary(tensors.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  func tensor(named name: String) -> Entry? { positions[name].map { tensors[$0] } }

  func metadata(_ key: String) -> String? { metadata.first { $0.0 == key }?.1 }
}
