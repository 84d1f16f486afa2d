"""Results as text for the terminal and as tables for docs/performance.md."""

HEADINGS = ("work", "swiftcnn", "rivals (time in swiftcnn's times)", "goal")


def markdown(headings, rows):
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def terminal(result):
    lines = [f"{title(result):36} {figure(result, 'swiftcnn')}"]
    lines += [f"      {name:30} {figure(result, name)}  {ratio(result, name)}" for name in rivals(result)]
    lines += [f"    goal {goal_text(goal)}" for goal in result["goals"]]
    return "\n".join(lines)


def models_markdown(results):
    return markdown(HEADINGS, [cells(result) for result in results if "failed" not in result])


def cells(result):
    others = ", ".join(f"{name} {figure(result, name)} ({ratio(result, name)})" for name in rivals(result))
    return title(result), figure(result, "swiftcnn"), others, "; ".join(goal_text(goal) for goal in result["goals"])


def title(result):
    return f"{result['row']}, batch {result['batch']}"


def rivals(result):
    return [name for name in result["median_seconds"] if name != "swiftcnn"]


def ratio(result, name):
    return f"{result['median_seconds'][name] / result['median_seconds']['swiftcnn']:.2f}x"


def figure(result, name):
    """The median, with the best beside it: far apart, they tell of a busy machine."""
    median, best = result["median_seconds"][name], result["best_seconds"][name]
    match result["work"]:
        case "train":
            return f"{median * 1e3:.3g} ms (best {best * 1e3:.3g})"
        case "predict":
            return f"{result['batch'] / median:,.0f}/s (best {result['batch'] / best:,.0f})"
    return f"{median * 1e6:,.0f} us (p99 {result['p99_seconds'][name] * 1e6:,.0f}, best {best * 1e6:,.0f})"


def goal_text(goal):
    aim = f"{goal['at_least']:g}x"
    if goal["ratio"] is None:
        return f"{aim} of {' or '.join(goal['of'])}: not measured"
    return f"{aim} {goal['best_rival']}: {goal['ratio']:.2f}x {'reached' if goal['ratio'] >= goal['at_least'] else 'MISSED'}"
