/// Concatenations without copies: the producer of an input writes it directly into the rows of the output. This requires that
/// every operation that writes or reads the input can work on rows that are parts of longer rows. In a DenseNet block, where each
/// layer reads the outputs of all layers before it, every value is then stored only once.
extension Liveness {
  /// - Parameter classOf: the class of each value.
  mutating func findParts(_ classOf: [Int]) {
    for (place, operation) in operations.enumerated() {
      guard let concatenation = operation as? ConcatenationOperation, let row = operation.outputRow else { continue }
      let whole = classOf[operation.values.outputs[0]]
      for (index, input) in operation.values.inputs.enumerated() {
        guard mayLie(classOf[input], in: whole, until: place, value: input, width: concatenation.widths[index]) else { continue }
        lay(classOf[input], in: Part(whole: whole, start: concatenation.starts[index], row: row))
      }
    }
  }

  /// - Parameters:
  ///   - place: the index of the concatenation that reads `value`; `value` is in the class `part`.
  ///   - width: elements in a row of `value`.
  private func mayLie(_ part: Int, in whole: Int, until place: Int, value: Int, width: Int) -> Bool {
    let (small, large) = (classes[part], classes[whole])
    // A later write to the whole would overwrite the part, and a later write to the part would overwrite the whole.
    let isWholeRewritten = large.values.dropFirst().contains(where: isWritten)
    let isPartRewritten = small.values.drop { $0 != value }.dropFirst().contains(where: isWritten)
    return small.part == nil && small.input == nil && part != whole && !isPartRewritten
      && (!isWholeRewritten || !small.isKept && small.read <= place)
      && (large.isKept || !small.isKept)
      && small.values.allSatisfy { isWritten(inRowsOf: width, $0) && isRead(inRowsOf: width, $0) }
  }

  private mutating func lay(_ index: Int, in part: Part) {
    classes[index].part = part
    classes[part.whole].made = min(classes[part.whole].made, classes[index].made)
    classes[part.whole].read = max(classes[part.whole].read, classes[index].read)
  }

  /// Whether the producer of the value writes it, instead of passing on its own input.
  private func isWritten(_ value: Int) -> Bool { producers[value].map { !passesOn(operations[$0]) } ?? false }

  private func isWritten(inRowsOf width: Int, _ value: Int) -> Bool {
    !isWritten(value) || producers[value].map { operations[$0].outputRow == width } ?? false
  }

  private func isRead(inRowsOf width: Int, _ value: Int) -> Bool {
    if outputs.contains(value) { return false }
    guard let reader = readers[value].map({ operations[$0] }), !(reader is ForkOperation) else { return true }
    return reader.values.inputs.indices.allSatisfy { reader.values.inputs[$0] != value || reader.inputRow($0) == width }
  }
}
