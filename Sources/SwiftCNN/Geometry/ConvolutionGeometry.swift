/// The sizes of a convolution: the input is H W C, the output H' W' O.
struct ConvolutionGeometry: Sendable {
  var rows: SlidingAxis
  var columns: SlidingAxis
  var channels: Int
  let filters: Int
  var groups: Int

  var groupChannels: Int { channels / groups }
  var groupFilters: Int { filters / groups }
}
