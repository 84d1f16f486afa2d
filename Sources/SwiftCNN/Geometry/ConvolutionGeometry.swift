/// The sizes of a convolution: H W C in, H' W' O out.
struct ConvolutionGeometry: Sendable {
  var rows: SlidingAxis
  var columns: SlidingAxis
  var channels: Int
  let filters: Int
  var groups: Int

  var groupChannels: Int { channels / groups }
  var groupFilters: Int { filters / groups }
}
