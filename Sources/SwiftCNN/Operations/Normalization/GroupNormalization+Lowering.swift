extension GroupNormalization: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    guard let places = try? places([axis], in: lowering.shape) else { return }
    let channels = lowering.shape[places[0]]
    lowering.withLast(places) { lowering in
      lowering.add(output: lowering.shape) { values, weights in
        GroupNormalizationOperation(
          values, channels: channels, groups: groups == -1 ? channels : groups, epsilon: epsilon,
          gamma: scale ? weights[0] : nil, beta: center ? weights[scale ? 1 : 0] : nil)
      }
    }
  }
}
