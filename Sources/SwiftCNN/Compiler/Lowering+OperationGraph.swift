extension Lowering {
  /// The operations in the order in which they run, including forks.
  /// - Parameter logits: for each output of the model, whether the plan returns the input of its final activation instead.
  func operationGraph(logits: [Bool]) -> OperationGraph {
    var producers: [Int: any Operation] = [:]
    for operation in operations { for value in operation.values.outputs { producers[value] = operation } }
    let outputs = zip(graph.outputs, logits).map { output, endsInLogits in
      let value = tensors[output]?.value ?? 0
      return endsInLogits ? producers[value]?.values.inputs[0] ?? value : value
    }
    return OperationGraph(
      Schedule.order(needed(for: outputs), values: valueElements.count), elements: valueElements, inputs: graph.inputs.count,
      outputs: outputs)
  }

  /// The operations that the given outputs depend on.
  private func needed(for outputs: [Int]) -> [any Operation] {
    var wanted = Set(outputs)
    var found: [any Operation] = []
    for operation in operations.reversed() where !wanted.isDisjoint(with: operation.values.outputs) {
      wanted.formUnion(operation.values.inputs)
      found.append(operation)
    }
    return found.reversed()
  }
}
