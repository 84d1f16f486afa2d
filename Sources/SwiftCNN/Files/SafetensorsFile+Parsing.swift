extension SafetensorsFile {
  /// The same limit as in the public library.
  static let maximumHeaderBytes = 100_000_000
  static let lengthBytes = 8

  /// Reads and checks the header, and the places of the tensors. No offset can lie outside the file, whatever the bytes are.
  static func parse(_ file: borrowing some ByteSource & ~Copyable) throws(SwiftCNNError) -> SafetensorsFile {
    let headerCount = try headerCount(file)
    let dataStart = lengthBytes + headerCount
    let content = try Buffer<UInt8>(headerCount, for: "the safetensors header")
    try file.read(at: lengthBytes, into: UnsafeMutableRawBufferPointer(content.values))
    let header = JSON.Field(try parseHeader(UnsafeBufferPointer(content.values)), path: "the safetensors header")
    withExtendedLifetime(content) {}
    var metadata: [(String, String)] = []
    var tensors: [Entry] = []
    let object = try header.object()
    for (name, value) in zip(object.keys, object.values) {
      if name == "__metadata__" {
        metadata = try parseMetadata(JSON.Field(value, path: name))
      } else {
        let field = JSON.Field(value, path: "the safetensors tensor \(JSON.quoted(name))")
        tensors.append(try parseEntry(name, field, dataStart: dataStart, dataBytes: file.count - dataStart))
      }
    }
    try requireSeamless(tensors, dataStart..<file.count)
    return SafetensorsFile(metadata: metadata, tensors: tensors)
  }

  private static func headerCount(_ file: borrowing some ByteSource & ~Copyable) throws(SwiftCNNError) -> Int {
    guard file.count >= lengthBytes else {
      throw .invalidValue("a safetensors file begins with its header's length in 8 bytes; this one has \(file.count) bytes")
    }
    var stored: UInt64 = 0
    try withUnsafeMutableBytes(of: &stored) { bytes throws(SwiftCNNError) in try file.read(at: 0, into: bytes) }
    let length = UInt64(littleEndian: stored)
    guard length <= UInt64(maximumHeaderBytes), length <= UInt64(file.count - lengthBytes) else {
      throw .invalidValue(
        "the safetensors header is said to have \(length) bytes, but the file has only \(file.count - lengthBytes) after the "
          + "length, and at most \(maximumHeaderBytes) are allowed; the file is truncated, damaged or no safetensors file")
    }
    return Int(length)
  }

  private static func parseHeader(_ bytes: UnsafeBufferPointer<UInt8>) throws(SwiftCNNError) -> JSON {
    do throws(SwiftCNNError) {
      return try JSON.parse(bytes)
    } catch {
      throw error.about("the safetensors header cannot be read")
    }
  }

  private static func parseMetadata(_ field: JSON.Field) throws(SwiftCNNError) -> [(String, String)] {
    var metadata: [(String, String)] = []
    for key in try field.object().keys { metadata.append((key, try field.string(key))) }
    return metadata
  }

  private static func parseEntry(
    _ name: String, _ field: JSON.Field, dataStart: Int, dataBytes: Int
  ) throws(SwiftCNNError) -> Entry {
    try field.allowOnly(["dtype", "shape", "data_offsets"])
    let dtype = try field.string("dtype")
    guard dtype == "F32" else {
      throw .invalidType(
        "\(field.path) has the element type \(JSON.quoted(dtype)); only F32 (float32) is read, so convert it first")
    }
    let shape = try field.integers("shape")
    let byteCount = try Shape.count(shape, of: field.path) * MemoryLayout<Float>.size
    let offsets = try field.integers("data_offsets")
    guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1], offsets[1] <= dataBytes else {
      throw field.complaint(
        "has the data offsets \(offsets); expected [begin, end] with 0 <= begin <= end <= \(dataBytes), the bytes in the file")
    }
    guard offsets[1] - offsets[0] == byteCount else {
      throw field.complaint(
        "has \(offsets[1] - offsets[0]) bytes, but its shape \(Shape.text(shape)) of float32 needs \(byteCount)")
    }
    return Entry(name: name, shape: shape, range: dataStart + offsets[0]..<dataStart + offsets[1])
  }

  /// Throws if two tensors overlap, or if there is a gap between tensors: such a file is forged or damaged.
  private static func requireSeamless(_ tensors: [Entry], _ data: Range<Int>) throws(SwiftCNNError) {
    let inOrder = tensors.sorted { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
    var end = data.lowerBound
    for tensor in inOrder {
      guard tensor.range.lowerBound == end else {
        let flaw = tensor.range.lowerBound < end ? "overlaps the tensor before it" : "leaves a hole before it"
        throw .invalidValue(
          "the safetensors tensor \(JSON.quoted(tensor.name)) begins at byte \(tensor.range.lowerBound) and \(flaw), which ends "
            + "at \(end); tensors must follow one another without gap or overlap")
      }
      end = tensor.range.upperBound
    }
    guard end == data.upperBound else {
      throw .invalidValue("the last safetensors tensor ends at byte \(end), but the file at byte \(data.upperBound)")
    }
  }
}
