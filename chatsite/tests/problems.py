"""What checks answer."""


def ids(problems):
    return [problem.id for problem in problems]
