module kongcheck

go 1.19

require github.com/kong/deck v1.20.0
