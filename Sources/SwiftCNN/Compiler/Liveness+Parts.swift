/// Concatenations without copies: an input lies in the rows of the output from the beginning, if all that make and read it can work
/// on rows that are parts of others. In a block of DenseNet, where each layer reads all that was made before, every value then lies
/// in memory once.
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
  ///   - place: of the concatenation that reads `value`, which is in the class `part`.
  ///   - width: elements of a row of `value`.
  private func mayLie(_ part: Int, in whole: Int, until place: Int, value: Int, width: Int) -> Bool {
    let (small, large) = (classes[part], classes[whole])
    // What is written later over the whole, or over the part, would spoil the other.
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

  /// Whether its producer writes it, instead of passing on what there is.
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
