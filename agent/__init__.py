"""The LangGraph agent: state, graph, nodes, models, verification."""
