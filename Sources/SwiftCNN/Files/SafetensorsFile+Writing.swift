extension SafetensorsFile {
  typealias Source = (name: String, shape: [Int], values: UnsafeBufferPointer<Float>)

  /// A whole safetensors file. The header is padded with spaces so that the tensors begin at a multiple of 8 bytes.
  static func bytes(metadata: [(String, String)], tensors: [Source]) throws(SwiftCNNError) -> Buffer<UInt8> {
    let names = tensors.reduce(0) { $0 + $1.name.utf8.count } + metadata.reduce(0) { $0 + $1.1.utf8.count }
    try Memory.ensureAvailable(bytesOfHeaderText * (names + tensors.count * bytesOfEntry), for: "the model file's header")
    var header = Array(header(metadata, tensors).text.utf8)
    while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
    guard header.count <= maximumHeaderBytes else {
      throw .invalidValue(
        "the model's description has \(header.count) bytes; a safetensors header holds at most \(maximumHeaderBytes)")
    }
    let dataBytes = tensors.reduce(0) { $0 + $1.values.count * MemoryLayout<Float>.size }
    let file = try Buffer<UInt8>(lengthBytes + header.count + dataBytes, for: "the model file")
    fill(UnsafeMutableRawBufferPointer(file.values), header, tensors)
    return file
  }

  /// Approximate memory for each byte of the header during its construction, and for each tensor in addition to its name.
  private static let bytesOfHeaderText = 8
  private static let bytesOfEntry = 100

  private static func header(_ metadata: [(String, String)], _ tensors: [Source]) -> JSON {
    var header = JSON.Object()
    if !metadata.isEmpty {
      var members = JSON.Object()
      for (key, value) in metadata { members[key] = .string(value) }
      header["__metadata__"] = .object(members)
    }
    var offset = 0
    for tensor in tensors {
      let end = offset + tensor.values.count * MemoryLayout<Float>.size
      header[tensor.name] = ["dtype": "F32", "shape": JSON(tensor.shape), "data_offsets": JSON([offset, end])]
      offset = end
    }
    return .object(header)
  }

  private static func fill(_ file: UnsafeMutableRawBufferPointer, _ header: [UInt8], _ tensors: [Source]) {
    file.storeBytes(of: UInt64(header.count).littleEndian, as: UInt64.self)
    var rest = UnsafeMutableRawBufferPointer(rebasing: file[lengthBytes...])
    func append(_ bytes: UnsafeRawBufferPointer) {
      rest.copyMemory(from: bytes)
      rest = UnsafeMutableRawBufferPointer(rebasing: rest[bytes.count...])
    }
    header.withUnsafeBytes(append)
    for tensor in tensors { append(UnsafeRawBufferPointer(tensor.values)) }
  }
}
